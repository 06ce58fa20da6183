import type {
  AlarmChange,
  AlarmDisplay,
  AlarmEntry,
  EventEntry,
  ExceedanceEntry,
  FloodEntry,
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

function exceedanceLine({ m }: Cli, { key, limit, unit, durationMs, peak, mean }: Streamed<ExceedanceEntry>): string {
  const [highest, average] = [peak, mean].map((value) => (value === null ? '—' : reading(value, unit))) as [
    string,
    string,
  ];
  const told = { key, limit: reading(limit, unit), span: span(durationMs), peak: highest, mean: average };
  return joined(m.alarms.exceedanceWord(), m.alarms.exceedanceLine(told));
}

function lineOf(cli: Cli, event: string, entry: unknown): string | undefined {
  const { alarms: t } = cli.m;
  switch (event) {
    case 'alarm':
      return alarmLine(cli, entry as Streamed<AlarmEntry>);
    case 'event':
      return eventLine(cli, entry as Streamed<EventEntry>);
    case 'exceedance':
      return exceedanceLine(cli, entry as Streamed<ExceedanceEntry>);
    case 'flood': {
      const { state, count } = entry as Streamed<FloodEntry>;
      return state === 'began' ? t.floodBegan({ count }) : t.floodEnded();
    }
    case 'transition': {
      const told = entry as Streamed<TransitionEntry>;
      return told.reason === '' ? t.transitionLine(told) : t.transitionWhy(told);
    }
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
  const line = lineOf(cli, event, entry);
  if (line === undefined) return undefined;
  const { time } = entry as Streamed<AlarmEntry>;
  return joined(time === null ? cli.m.alarms.noTime() : siteTime(Date.parse(time), zone), line);
}
