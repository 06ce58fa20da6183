import type { AlarmReport } from '../report.js';
import { crowdedAbove, distributionMin, type Measure } from '../targets.js';
import { number, percent, type Wording } from '../wording.js';
import { right, section, table } from './section.js';

export function load(report: AlarmReport, words: Wording): string {
  const { load: text, column } = words.m;
  const { load: of, floods: flood, chattering, standing: stands, topTen: top } = report;
  const row = (name: string, { value, target, verdict }: Measure, say: (value: number) => string): string[] => [
    name,
    say(value),
    words.target(target, say),
    words.verdict(verdict),
  ];
  const rows = [
    [text.total(), String(of.total), '', ''],
    row(text.perTenMinutes(), of.perTenMinutes, number),
    row(text.perHour(), of.perHour, number),
    row(text.perDay(), of.perDay, number),
    row(text.peak(), of.peak, number),
    row(text.crowdedShare({ count: crowdedAbove }), of.crowdedShare, percent),
    row(text.floodShare(), flood.share, percent),
    row(text.chattering(), chattering.count, number),
    row(text.standing(), stands.count, number),
    row(text.topTenShare(), top.share, percent),
  ];
  const columns = [column.measure(), right(column.value()), column.target(), column.verdict()];
  const isShort = report.to - report.from < 86_400_000;
  const remarks = [
    ...(of.peakBegin === null ? [] : [text.peakAt({ time: words.time(of.peakBegin) })]),
    text.beside({ again: of.announcedAgain, silent: of.silent }),
    ...(isShort ? [text.short()] : []),
  ];
  return section(text.title(), table(words, columns, rows), words.join(remarks));
}

export function floods({ floods: { list } }: AlarmReport, words: Wording): string {
  const { column, head } = words.m;
  const rows = list.map(({ begin, end, count, peak }) => [
    begin === null ? head.before() : words.time(begin),
    end === null ? head.open() : words.time(end),
    String(count),
    String(peak),
  ]);
  const columns = [column.begin(), column.end(), right(column.alarms()), right(column.peak())];
  return section(words.m.floods.title(), table(words, columns, rows));
}

export function topTen({ topTen: { alarms, share } }: AlarmReport, words: Wording): string {
  const { column, topTen: text, priority: names } = words.m;
  const rows = alarms.map((alarm) => [
    words.alarm(alarm),
    words.message(alarm),
    names[alarm.priority](),
    String(alarm.count),
    percent(alarm.share),
  ]);
  const columns = [column.alarm(), column.message(), column.priority(), right(column.count()), right(column.share())];
  const sum = alarms.length > 0 ? [text.share({ share: percent(share.value) })] : [];
  return section(text.title(), table(words, columns, rows), ...sum);
}

export function priorities({ priorities: list, load: { total } }: AlarmReport, words: Wording): string {
  const { column, priorities: text, priority: names } = words.m;
  const rows = list.map(({ priority, count, share }) => [
    names[priority](),
    String(count),
    percent(share.value),
    words.target(share.target, percent),
    words.verdict(share.verdict),
  ]);
  const columns = [column.priority(), right(column.count()), right(column.share()), column.target(), column.verdict()];
  const remark = total < distributionMin ? [text.tooFew({ count: distributionMin })] : [];
  return section(text.title(), table(words, columns, rows), ...remark);
}

export function acknowledgement({ acknowledgement: of }: AlarmReport, words: Wording): string {
  const { acknowledgement: text, head } = words.m;
  const say = (ms: number | null): string => (ms === null ? head.unknown() : words.duration(ms));
  const took =
    of.acknowledged === 0
      ? text.none()
      : text.took({ count: of.acknowledged, median: say(of.medianMs), ninetieth: say(of.ninetiethMs) });
  return section(text.title(), words.join([took, text.never({ waiting: of.waiting, over: of.over })]));
}
