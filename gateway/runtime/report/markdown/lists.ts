import type { AlarmReport } from '../report.js';
import { number, type Wording } from '../wording.js';
import { nameAndMessage, right, section, table } from './section.js';

export function nuisances({ chattering, fleeting }: AlarmReport, words: Wording): string {
  const { column, nuisances: text } = words.m;
  const chatterRows = chattering.alarms.map((alarm) => [
    words.alarm(alarm),
    words.message(alarm),
    String(alarm.episodes),
    String(alarm.activationsMin),
  ]);
  const chatterColumns = [column.alarm(), column.message(), right(column.episodes()), right(column.activations())];
  const within = words.duration(fleeting.withinMs);
  const fleetingRows = fleeting.alarms.map((alarm) => [words.alarm(alarm), words.message(alarm), String(alarm.count)]);
  return section(
    text.title(),
    text.chattering(),
    table(words, chatterColumns, chatterRows),
    text.fleeting({ within, count: fleeting.count }),
    ...(fleeting.count > 0
      ? [table(words, [column.alarm(), column.message(), right(column.count())], fleetingRows)]
      : []),
  );
}

export function standing({ standing: { alarms } }: AlarmReport, words: Wording): string {
  const { column, head, priority: names } = words.m;
  const rows = alarms.map((alarm) => [
    ...nameAndMessage(alarm, words),
    names[alarm.priority](),
    words.state(alarm.state),
    alarm.since === null ? head.unknown() : words.time(alarm.since),
    words.duration(alarm.forMs),
  ]);
  const columns = [
    column.alarm(),
    column.message(),
    column.priority(),
    column.state(),
    column.begin(),
    column.duration(),
  ];
  return section(words.m.standing.title(), table(words, columns, rows));
}

export function putAside({ putAside: list }: AlarmReport, words: Wording): string {
  const { column, head, putAside: text } = words.m;
  const rows = list.map((one) => [
    ...nameAndMessage(one, words),
    one.how === 'shelved' ? text.shelved() : text.outOfService(),
    one.who,
    one.reason,
    one.since === null ? head.unknown() : words.time(one.since),
    one.forMs === null ? head.unknown() : words.duration(one.forMs),
    one.end === null ? head.open() : words.time(one.end),
  ]);
  const columns = [
    column.alarm(),
    column.message(),
    column.how(),
    column.who(),
    column.reason(),
    column.begin(),
    column.duration(),
    column.end(),
  ];
  return section(text.title(), table(words, columns, rows));
}

export function suppressed({ suppressed: list }: AlarmReport, words: Wording): string {
  const { column } = words.m;
  const rows = list.map((one) => [
    ...nameAndMessage(one, words),
    one.by,
    String(one.count),
    words.duration(one.totalMs),
  ]);
  const columns = [column.alarm(), column.message(), column.by(), right(column.count()), column.total()];
  return section(words.m.suppressed.title(), table(words, columns, rows));
}

export function exceedances({ exceedances: list }: AlarmReport, words: Wording): string {
  const { column, exceedances: text } = words.m;
  const withUnit = (value: number | null, unit: string): string =>
    value === null ? '' : [number(value), unit].join(' ').trim();
  const rows = list.map((one) => [
    words.alarm(one),
    String(one.exceedances),
    String(one.alarms),
    String(one.events),
    words.duration(one.totalMs),
    withUnit(one.worstPeak, one.unit),
    withUnit(one.limit, one.unit),
  ]);
  const columns = [
    column.alarm(),
    right(column.exceedances()),
    right(column.alarms()),
    right(column.events()),
    column.total(),
    right(column.worst()),
    right(column.limit()),
  ];
  return section(text.title(), text.about(), table(words, columns, rows));
}
