import type { AlarmDefinitionView } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { reading, span } from '../numbers.js';
import { siteTime } from '../site-time.js';
import { table } from '../table.js';
import { wrapText } from '../text-width.js';
import type { ListedAlarm } from './listed-alarm.js';
import { actWord, priorityWord, stateWord } from './words.js';
import type { WaitingRequest } from './request.js';

const unseen = new Set<ListedAlarm['state']>(['unacknowledged', 'returned-unacknowledged', 'latched-unacknowledged']);

/** Put aside by a person or by design. */
const isAside = ({ state }: ListedAlarm): boolean => ['shelved', 'suppressed', 'out-of-service'].includes(state);

const timeText = ({ m }: Cli, rfc3339: string | null, zone: string): string =>
  rfc3339 === null ? m.alarms.noTime() : siteTime(Date.parse(rfc3339), zone);

/** `61 ppm, limit 10 ppm`; empty where there is no number. */
export function readingText({ m }: Cli, value: number | null, limit: number | null, unit: string): string {
  if (value === null) return '';
  const text = reading(value, unit);
  return limit === null ? text : m.alarms.limited({ value: text, limit: reading(limit, unit) });
}

/** What else a person should know of it. */
function notesOf({ m: { alarms: t } }: Cli, alarm: ListedAlarm): string[] {
  const { firstOut, chatter, lastKnownMs, covers, state } = alarm;
  // An alarm that is announced anew remembers who saw it before; that is no comfort now.
  const acknowledged = unseen.has(state) ? null : alarm.acknowledged;
  const firstOutText = firstOut.length > 1 ? t.firstOutOneOf({ keys: firstOut }) : t.firstOut({ keys: firstOut });
  return [
    ...(firstOut.length > 0 ? [firstOutText] : []),
    ...(chatter === null ? [] : [t.chatters({ count: chatter })]),
    ...(lastKnownMs === null ? [] : [t.lastKnown({ span: span(lastKnownMs) })]),
    ...(covers > 0 ? [t.covers({ count: covers })] : []),
    ...(acknowledged ? [acknowledged.comment === '' ? t.seenBy(acknowledged) : t.saidBy(acknowledged)] : []),
  ];
}

function callingText(cli: Cli, alarm: ListedAlarm, zone: string): string {
  const { m, language, columns } = cli;
  const { priority, state, key, isAbnormal, raised, value, limit, unit, message, action, respondWithinMs } = alarm;
  const when = isAbnormal ? m.alarms.since({ time: timeText(cli, raised, zone) }) : m.alarms.gone();
  const head = [priorityWord(m, priority), stateWord(m, state), key, readingText(cli, value, limit, unit), when];
  const todo = action[language];
  const lines = [
    message[language],
    respondWithinMs === null
      ? m.alarms.todo({ action: todo })
      : m.alarms.todoWithin({ action: todo, within: span(respondWithinMs) }),
    ...notesOf(cli, alarm),
  ];
  const shown = lines.map((line) => `  ${wrapText(line, columns - 2, '  ')}`);
  return [head.filter((part) => part !== '').join('  '), ...shown].join('\n');
}

/** One line: what is put aside, by whom, why, how long yet, and whether its condition stands all the while. */
function asideText(cli: Cli, alarm: ListedAlarm, zone: string): string {
  const { m, columns } = cli;
  const { key, state, isAbnormal, shelf, suppression, outOfService } = alarm;
  const left = (ms: number | null | undefined): string[] =>
    typeof ms === 'number' ? [m.alarms.left({ span: span(ms) })] : [];
  const parts = [
    key,
    stateWord(m, state),
    ...(isAbnormal ? [m.alarms.stands()] : []),
    ...(outOfService ? [m.alarms.outBy({ ...outOfService, time: timeText(cli, outOfService.since, zone) })] : []),
    ...(suppression ? [m.alarms.suppressedBy({ key: suppression.by }), ...left(suppression.leftMs)] : []),
    ...(shelf ? [m.alarms.shelvedBy(shelf), ...left(shelf.leftMs)] : []),
  ];
  return `  ${wrapText(parts.join('  '), columns, '    ')}`;
}

/** The alarms as people read them: what calls for them, the most pressing first, then what was put aside. */
export function alarmsText(cli: Cli, alarms: readonly ListedAlarm[], isFlooded: boolean, zone: string): string {
  const { m } = cli;
  const calling = alarms.filter(({ isAnnunciated }) => isAnnunciated);
  const aside = alarms.filter(isAside);
  const counts = { count: calling.length, unseen: calling.filter(({ state }) => unseen.has(state)).length };
  const headline =
    calling.length === 0
      ? m.alarms.none()
      : calling.length === 1
        ? m.alarms.countOne(counts)
        : m.alarms.countMany(counts);
  return [
    ...(isFlooded ? [m.alarms.flooded()] : []),
    headline,
    ...calling.map((alarm) => `\n${callingText(cli, alarm, zone)}`),
    ...(aside.length > 0 ? [`\n${m.alarms.asideHead()}`, ...aside.map((alarm) => asideText(cli, alarm, zone))] : []),
  ].join('\n');
}

/** The master alarm database, a line an alarm. */
export function definitionsText({ m, language }: Cli, definitions: readonly AlarmDefinitionView[]): string {
  if (definitions.length === 0) return m.alarms.noDefinitions();
  const rows = definitions.map(({ key, priority, class: name, limit, unit, respondWithinMs, action }) => [
    key,
    priorityWord(m, priority),
    name,
    limit === null ? '' : reading(limit, unit),
    m.alarms.within({ span: span(respondWithinMs) }),
    action[language],
  ]);
  return table(rows, 'lllr', '');
}

/** What waits for a second person, a line each, behind the id to agree with. */
export function requestsText({ m }: Cli, requests: readonly WaitingRequest[]): string {
  if (requests.length === 0) return m.alarms.noRequests();
  const rows = requests.map(({ id, key, act, who, leftMs }) => {
    const word = actWord(m, act.act);
    const reason = 'reason' in act ? act.reason : act.comment;
    const what =
      act.act === 'shelve'
        ? m.alarms.actFor({ act: word, span: span(act.forMs), reason })
        : m.alarms.actWhy({ act: word, reason });
    return [id, m.alarms.requestRow({ key, act: what, who, left: span(leftMs) })];
  });
  return table(rows, '', '');
}
