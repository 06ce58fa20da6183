import type {
  AlarmChange,
  AlarmDisplay,
  AlarmEntry,
  EventEntry,
  ExceedanceEntry,
  FloodEntry,
  Json,
  LateEntry,
  RecordEntry,
  StatutoryEntry,
  TransitionEntry,
} from '../../contract/index.js';
import type { AlarmView } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { reading, span } from '../numbers.js';
import { siteTime } from '../site-time.js';
import { alarmsText, readingText } from './alarms-text.js';
import type { EventMessage } from './event-messages.js';
import { changeWord, priorityWord, stateWord } from './words.js';

/** An entry as the stream gives it: with its time in RFC 3339. */
type Streamed<Entry> = Omit<Entry, 'time'> & { readonly time: string | null };

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('  ');

/** States that go without saying after a change. */
const implied: Partial<Readonly<Record<AlarmChange, AlarmDisplay>>> = {
  raised: 'unacknowledged',
  acknowledged: 'acknowledged',
  shelved: 'shelved',
  suppressed: 'suppressed',
  'removed-from-service': 'out-of-service',
};

function alarmLine(cli: Cli, entry: Streamed<AlarmEntry>): string {
  const { m, language } = cli;
  const { priority, change, key, to, value, limit, unit, comment, message, action } = entry;
  const hasReading = change === 'raised' || change === 'returned';
  return joined(
    priorityWord(m, priority),
    changeWord(m, change),
    key,
    hasReading ? readingText(cli, value, limit, unit) : '',
    change === 'raised' ? `${message[language]} ${m.alarms.todo({ action: action[language] })}` : '',
    implied[change] === to ? '' : `[${stateWord(m, to)}]`,
    comment,
  );
}

function eventLine(cli: Cli, { state, key, value, limit, unit, message }: Streamed<EventEntry>): string {
  const { m, language } = cli;
  const word = state === 'active' ? m.alarms.eventActive() : m.alarms.eventNormal();
  return joined(m.alarms.eventWord(), word, key, readingText(cli, value, limit, unit), message[language]);
}

function exceedanceLine({ m }: Cli, entry: Streamed<ExceedanceEntry>): string {
  const { key, limit, unit, durationMs, peak, mean, cutBy } = entry;
  const figure = (value: number | null): string => (value === null ? '—' : reading(value, unit));
  const told = { key, limit: figure(limit), span: span(durationMs), peak: figure(peak), mean: figure(mean) };
  const cut = cutBy === undefined ? '' : m.alarms.exceedanceCut();
  return joined(m.alarms.exceedanceWord(), m.alarms.exceedanceLine(told), cut);
}

/** What history that was filled in would have been: a peak within an outage. */
function lateLine(cli: Cli, entry: Streamed<LateEntry>, zone: string): string {
  const { m, language } = cli;
  const { key, finding, at, since, value, limit, unit, message } = entry;
  const told = { key, at: siteTime(at, zone), since: siteTime(since, zone) };
  const lines = { raised: m.alarms.lateRaised, returned: m.alarms.lateReturned, exceeded: m.alarms.lateExceeded };
  const what = finding === 'raised' ? message[language] : '';
  return joined(m.alarms.lateWord(), lines[finding](told), readingText(cli, value, limit, unit), what);
}

/** What happened at a device: its sort, when by the device, and what it told. */
function recordLine({ m }: Cli, { device, name, at, fields }: Streamed<RecordEntry>, zone: string): string {
  const told = Object.entries(fields).map(([field, value]) => `${field}=${written(value)}`);
  return joined(m.alarms.recordWord(), `${device} ${name}`, at === null ? '' : siteTime(at, zone), told.join(' '));
}

const written = (value: Json): string => (value === null ? '–' : JSON.stringify(value));

/** What shapes a protected stream changed. When protection begins the entry lists all that shapes it: too long for a line. */
function statutoryLine({ m }: Cli, { device, tag, what, from, to, who }: Streamed<StatutoryEntry>): string {
  const line =
    what === 'protection'
      ? m.alarms.statutoryBegan({ device, tag })
      : m.alarms.statutoryLine({ device, tag, what, from: written(from), to: written(to), who });
  return joined(m.alarms.statutoryWord(), line);
}

function lineOf(cli: Cli, event: string, entry: unknown, zone: string): string | undefined {
  const { alarms: t } = cli.m;
  switch (event) {
    case 'alarm':
      return alarmLine(cli, entry as Streamed<AlarmEntry>);
    case 'event':
      return eventLine(cli, entry as Streamed<EventEntry>);
    case 'exceedance':
      return exceedanceLine(cli, entry as Streamed<ExceedanceEntry>);
    case 'late':
      return lateLine(cli, entry as Streamed<LateEntry>, zone);
    case 'record':
      return recordLine(cli, entry as Streamed<RecordEntry>, zone);
    case 'flood': {
      const { state, count } = entry as Streamed<FloodEntry>;
      return state === 'began' ? t.floodBegan({ count }) : t.floodEnded();
    }
    case 'transition': {
      const told = entry as Streamed<TransitionEntry>;
      return told.reason === '' ? t.transitionLine(told) : t.transitionWhy(told);
    }
    case 'statutory':
      return statutoryLine(cli, entry as Streamed<StatutoryEntry>);
    default:
      return undefined;
  }
}

/** What a message of the stream says to people; undefined for one that a newer gateway knows and this command does not. */
export function messageText(cli: Cli, { event, data }: EventMessage, zone: string): string | undefined {
  const entry: unknown = JSON.parse(data);
  if (event === 'snapshot') {
    const { alarms, isFlooded } = entry as { readonly alarms: readonly AlarmView[]; readonly isFlooded: boolean };
    return `${alarmsText(cli, alarms, isFlooded, zone)}\n`;
  }
  if (event === 'gap') {
    const isOther = (entry as { readonly reason: string }).reason === 'other-epoch';
    return isOther ? cli.m.alarms.gapOther() : cli.m.alarms.gapNotKept();
  }
  const line = lineOf(cli, event, entry, zone);
  if (line === undefined) return undefined;
  const { time } = entry as Streamed<AlarmEntry>;
  return joined(time === null ? cli.m.alarms.noTime() : siteTime(Date.parse(time), zone), line);
}
