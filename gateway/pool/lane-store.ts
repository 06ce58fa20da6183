import { join } from 'node:path';
import type { LaneName } from '../contract/index.js';
import { AppendFile } from './append-file.js';
import type { BatchKey } from './batch-key.js';
import { eventProblem, offsetOf, type ReceivedEvent } from './event-check.js';
import { type Interval, Intervals } from './intervals.js';
import { fileStem, type Source } from './source.js';

export interface EventOutcome {
  readonly id: string;
  readonly outcome: 'accepted' | 'duplicate' | 'rejected';
  readonly reason?: string;
}

export type BatchOutcome = { readonly events: readonly EventOutcome[] } | { readonly expected: number };

/** What a lane holds and lacks, for people and for `GET /v1/sources` and `/v1/missing`. */
export interface LaneState {
  readonly source: string;
  readonly lane: LaneName;
  readonly events: number;
  readonly first: number | null;
  /** The offset the next batch has to answer for; null before the first. */
  readonly expected: number | null;
  /** Offered and refused for a gap before them, or lost from our files: the sender is asked for them. */
  readonly missing: readonly Interval[];
  /** The sender has no such records, or they were rejected. */
  readonly closed: readonly Interval[];
}

/**
 * One lane of one source: an append-only file of the events accepted, one JSON a line, and beside it one of the offsets
 * that are settled without an event. Both are on disk before a batch is answered. One batch at a time.
 */
export class LaneStore {
  readonly source: Source;
  readonly lane: LaneName;
  readonly #events: AppendFile;
  readonly #closings: AppendFile;
  readonly #accepted: Intervals;
  readonly #closed: Intervals;
  /** Last offset ever offered, so that a gap in front of a refused batch can be named. */
  #offered: number;
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(
    source: Source,
    lane: LaneName,
    files: { events: AppendFile; closings: AppendFile },
    sets: { accepted: Intervals; closed: Intervals },
  ) {
    this.source = source;
    this.lane = lane;
    this.#events = files.events;
    this.#closings = files.closings;
    this.#accepted = sets.accepted;
    this.#closed = sets.closed;
    this.#offered = sets.accepted.list.at(-1)?.last ?? -1;
  }

  /** Opens its files, or creates them, and learns from them what it holds. A damaged line counts as missing. */
  static async open(folder: string, source: Source, lane: LaneName): Promise<LaneStore> {
    const stem = join(folder, fileStem(source, lane));
    const [accepted, closed] = [new Intervals(), new Intervals()];
    const anyKey = { epoch: source.epoch, lane, first: 0, last: Number.MAX_SAFE_INTEGER };
    const events = await AppendFile.open(`${stem}.ndjson`, (line) => {
      const offset = offsetOf(readLine(line)?.['id'], anyKey);
      if (offset !== undefined) accepted.add(offset);
    });
    const closings = await AppendFile.open(`${stem}.closed.ndjson`, (line) => {
      const { first, last } = readLine(line) ?? {};
      if (typeof first === 'number' && typeof last === 'number') closed.add(first, last);
    });
    return new LaneStore(source, lane, { events, closings }, { accepted, closed });
  }

  /** Takes what it can of a batch; resolves when that is on disk. Rejects, having taken nothing, when the disk fails. */
  take(key: BatchKey, events: readonly unknown[]): Promise<BatchOutcome> {
    const taking = this.#busy.then(() => this.#take(key, events));
    this.#busy = taking.catch(() => undefined);
    return taking;
  }

  get state(): LaneState {
    const settled = this.#settled();
    const first = settled.list[0]?.first ?? null;
    return {
      source: this.source.urn,
      lane: this.lane,
      events: this.#accepted.count,
      first,
      expected: expectedOf(settled),
      missing: first === null ? [] : settled.missing(first, Math.max(this.#offered, settled.list.at(-1)?.last ?? 0)),
      closed: this.#closed.list.flatMap(({ first: from, last }) => this.#accepted.missing(from, last)),
    };
  }

  async close(): Promise<void> {
    await this.#busy;
    await this.#events.close();
    await this.#closings.close();
  }

  async #take(key: BatchKey, events: readonly unknown[]): Promise<BatchOutcome> {
    const expected = expectedOf(this.#settled());
    this.#offered = Math.max(this.#offered, key.last);
    if (expected !== null && key.first > expected) return { expected };

    const fresh = new Intervals();
    const outcomes = events.map((event) => this.#outcome(event, key, fresh));
    const lines = events.filter((_, n) => outcomes[n]?.outcome === 'accepted');
    await this.#events.append(lines.map((event) => `${JSON.stringify(event)}\n`).join(''));
    for (const { first, last } of fresh.list) this.#accepted.add(first, last);

    const closing = this.#settled().missing(key.first, key.last);
    await this.#closings.append(closing.map((interval) => `${JSON.stringify(interval)}\n`).join(''));
    for (const { first, last } of closing) this.#closed.add(first, last);
    return { events: outcomes };
  }

  #outcome(event: unknown, key: BatchKey, fresh: Intervals): EventOutcome {
    const said = (event as ReceivedEvent | null)?.['id'];
    const id = typeof said === 'string' ? said : '';
    const reason = eventProblem(event, key, this.source.urn);
    if (reason !== undefined) return { id, outcome: 'rejected', reason };
    const offset = offsetOf(id, key) as number;
    if (this.#accepted.has(offset) || fresh.has(offset)) return { id, outcome: 'duplicate' };
    fresh.add(offset);
    return { id, outcome: 'accepted' };
  }

  /** What needs no asking for: accepted or closed. */
  #settled(): Intervals {
    const settled = new Intervals();
    for (const { first, last } of [...this.#accepted.list, ...this.#closed.list]) settled.add(first, last);
    return settled;
  }
}

/** The first offset not settled after the lowest that is. */
const expectedOf = (settled: Intervals): number | null => {
  const [lowest] = settled.list;
  return lowest ? lowest.last + 1 : null;
};

function readLine(line: string): ReceivedEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as ReceivedEvent) : undefined;
  } catch {
    return undefined;
  }
}
