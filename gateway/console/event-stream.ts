import type { Clock, Entry } from '../contract/index.js';
import type { FollowedEntry } from '../runtime/index.js';
import { standingAlarms } from './alarm-routes.js';
import type { ConsoleView } from './parts.js';

/** Kinds of entries a stream carries. */
export const streamKinds = [
  'alarm',
  'event',
  'exceedance',
  'late',
  'record',
  'flood',
  'transition',
  'statutory',
] as const;
export type StreamKind = (typeof streamKinds)[number];

/** The last place a client has seen of the alarms lane. */
export interface Place {
  readonly epoch: string;
  readonly offset: number;
}

export interface StreamRequest {
  readonly kinds: ReadonlySet<StreamKind>;
  /** undefined: it begins now. */
  readonly after: Place | undefined;
}

/** A client that lost its connection comes back after this. */
const retryMs = 2000;
/** A quiet stream says so, that both sides know the connection stands. */
export const heartbeatMs = 15_000;

const idPattern = /^(\w+)-(\d{1,16})$/;

export const placeId = ({ epoch, offset }: Place): string => `${epoch}-${offset}`;

/** Reads an id that a stream gave; undefined when it is none. */
export function parsePlace(id: string): Place | undefined {
  const [, epoch, offset] = idPattern.exec(id) ?? [];
  return epoch === undefined ? undefined : { epoch, offset: Number(offset) };
}

/** An unknown time is null; the others are RFC 3339 in UTC, those inside an alarm's state too. */
function entryJson(entry: Entry): string {
  return JSON.stringify(entry, (key, value: unknown) => {
    if (key !== 'time' || typeof value !== 'number') return value;
    return Number.isFinite(value) ? new Date(value).toISOString() : null;
  });
}

/** One message of the event stream format (HTML Living Standard §9.2.6). */
const message = (event: string, id: Place, data: string): string => `event: ${event}\n${idLine(id)}data: ${data}\n\n`;

/** Nothing has been seen yet before the first entry of all: there is no id for that. */
const idLine = (place: Place): string => (place.offset < 0 ? '' : `id: ${placeId(place)}\n`);

type View = Pick<ConsoleView, 'status' | 'ledger' | 'alarms' | 'alarmsEnd' | 'isFlooded' | 'follow'>;

interface Parts {
  readonly view: View;
  readonly clock: Clock;
}

/** Where a stream begins, and what it says first. */
interface Beginning {
  readonly from: number;
  readonly said: string;
}

type GapReason = 'other-epoch' | 'not-kept';

/** What a client missed for good: the entries from its own place up to `from`. */
const gap = (epoch: string, from: number, reason: GapReason): string =>
  message('gap', { epoch, offset: from - 1 }, JSON.stringify({ reason, from }));

/**
 * Without an id a stream begins with the alarms as they stand and goes on with what is journaled from there. An id that
 * is not of this journal, or lies where it keeps nothing, is told before what is left.
 */
function begin(view: View, epoch: string, after: Place | undefined): Beginning {
  if (!after) {
    const standing = standingAlarms({ view });
    const { offset } = standing;
    return { from: offset, said: message('snapshot', { epoch, offset: offset - 1 }, JSON.stringify(standing)) };
  }
  const { first } = view.ledger().lanes.alarms;
  const from = after.offset + 1;
  if (after.epoch !== epoch || from > view.alarmsEnd) return { from: first, said: gap(epoch, first, 'other-epoch') };
  return from < first ? { from: first, said: gap(epoch, first, 'not-kept') } : { from, said: '' };
}

/**
 * The alarms lane as server-sent events, from where a client left it. Whatever is passed over because it is of another
 * kind still moves the id on, with the next message or heartbeat, so that a client never comes back for it.
 */
export async function* eventStream(
  parts: Parts,
  { kinds, after }: StreamRequest,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { epoch } = parts.view.status();
  const { from, said } = begin(parts.view, epoch, after);
  yield `retry: ${retryMs}\n\n${said}`;
  let next = from;
  for await (const followed of withHeartbeats(parts, from, signal)) {
    if (followed === 'quiet') {
      yield `:\n${idLine({ epoch, offset: next - 1 })}\n`;
      continue;
    }
    const { offset, entry } = followed;
    if (offset > next) yield gap(epoch, offset, 'not-kept');
    next = offset + 1;
    if ((kinds as ReadonlySet<string>).has(entry.kind)) yield message(entry.kind, { epoch, offset }, entryJson(entry));
  }
}

/** What is followed, and a word between every so often. */
async function* withHeartbeats(
  { view, clock }: Parts,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<FollowedEntry | 'quiet'> {
  const following = new AbortController();
  const end = (): void => following.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const beat = () => clock.wait(heartbeatMs, following.signal).then(() => 'quiet' as const);
  const entries = view.follow(from, following.signal);
  try {
    let [coming, beating] = [entries.next(), beat()];
    while (!signal.aborted) {
      const first = await Promise.race([coming, beating]);
      if (first === 'quiet') beating = beat();
      else if (first.done) return;
      else coming = entries.next();
      yield first === 'quiet' ? first : first.value;
    }
  } finally {
    signal.removeEventListener('abort', end);
    end();
    await entries.return(undefined);
  }
}
