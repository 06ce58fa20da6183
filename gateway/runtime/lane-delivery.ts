import type { SinkConfig } from '../../config/site.js';
import type { Batch, Clock, Entry, Frame, LaneName, WriteOutcome } from '../contract/index.js';
import type { Account, Journal, Lane, LaneReader, Position } from '../journal/index.js';
import type { FrameRun, ThinnedRun, Thinning } from './thinning.js';

export interface LaneDeliveryOptions {
  readonly config: SinkConfig;
  readonly lane: LaneName;
  readonly journal: Journal;
  readonly position: Position;
  readonly clock: Clock;
  /** ms on the gateway's timeline now. */
  readonly instant: () => number;
  /** The position moved: it is journaled within `commitEvery`. */
  readonly onMoved: () => void;
  /** What a sink refused, record by record and field by field. */
  readonly onRefused: (offset: number, tag: string | null, reason: string) => void;
  /** Makes what thins one stream of samples; without it everything is sent. */
  readonly thinning?: () => Thinning;
}

type WriteBatch = (batch: Batch) => Promise<WriteOutcome>;

const batchBytesMax = 4 * 2 ** 20;
/** How often a backlog that waits for its rate is looked at again, and a record that is held for want of a time. */
const recheckMs = 200;
const heldRecheckMs = 2000;

interface Stream {
  readonly from: number;
  readonly until: number;
  readonly isHistorical: boolean;
  readonly recordsMax: number;
}

/** Records of one epoch, in order; offsets missing from `from` on were damaged. */
interface Run {
  readonly epoch: string;
  readonly from: number;
  readonly offsets: readonly number[];
  readonly records: readonly (Frame | Entry)[];
}

type Sent = Pick<Run, 'offsets' | 'records'>;

/**
 * Brings one lane to one sink. Settled offsets are a set: after an outage longer than `liveFirstAfter` what is new goes
 * on from the head at once, and the backlog follows beside it, oldest first, at its own rate; each stream is in order.
 */
export class LaneDelivery {
  readonly #options: LaneDeliveryOptions;
  readonly #lane: Lane<Frame> | Lane<Entry>;
  readonly #live: LaneReader<Frame | Entry>;
  readonly #backlog: LaneReader<Frame | Entry>;
  #liveThinning: Thinning | undefined;
  #backlogThinning: Thinning | undefined;
  /** Where the live stream began when it forked off; undefined while there is one stream. */
  #forkedAt: number | undefined;
  #lastLiveAt = Number.NEGATIVE_INFINITY;
  #backlogAccount = 0;
  #backlogAccountAt: number;
  #parkedFields = 0;

  constructor(options: LaneDeliveryOptions) {
    this.#options = options;
    this.#lane = options.lane === 'samples' ? options.journal.samples : options.journal.alarms;
    this.#live = this.#lane.reader();
    this.#backlog = this.#lane.reader();
    this.#backlogAccountAt = options.clock.monotonic();
    this.#liveThinning = options.thinning?.();
    this.#backlogThinning = options.thinning?.();
    const { position } = options;
    const waiting = position.firstWaiting(this.#lane.next);
    if (waiting && waiting[1] < this.#lane.next) this.#forkedAt = position.end;
  }

  get name(): LaneName {
    return this.#options.lane;
  }

  get position(): Position {
    return this.#options.position;
  }

  get account(): Account {
    return this.#options.position.account(this.#lane.next);
  }

  /** Fields refused while the rest of their record was stored. */
  get parkedFields(): number {
    return this.#parkedFields;
  }

  get isForked(): boolean {
    return this.#forkedAt !== undefined;
  }

  /** The sink takes again after `outMs`: forks when what waits is older than `liveFirstAfter`. */
  async resume(outMs: number): Promise<void> {
    const { config, lane, position } = this.#options;
    if (lane === 'alarms' || config.order === 'strict') return;
    const committed = this.#lane.committed;
    // While a backlog follows already, only what waits behind the live stream counts: a second outage forks again.
    const from = this.#forkedAt === undefined ? 0 : Math.max(this.#forkedAt, position.end);
    const waiting = position.firstWaitingFrom(from, committed);
    if (!waiting) return;
    const age = Math.max(outMs, await this.#ageOf(waiting[0]));
    if (age <= config.liveFirstAfterMs) return;
    // The backlog goes on where the one stream stood, so it knows what was sent before it.
    if (this.#forkedAt === undefined) {
      [this.#liveThinning, this.#backlogThinning] = [this.#backlogThinning, this.#liveThinning];
    }
    this.#forkedAt = committed;
  }

  /** Nothing waits that could be sent now: everything is settled, or held for want of a time. */
  async isIdle(): Promise<boolean> {
    const waiting = this.#options.position.firstWaiting(this.#lane.committed);
    if (!waiting) return true;
    const { records, offsets } = await this.#backlog.read(waiting[0], 1, 1);
    return this.#labelled(records, offsets).heldAt !== undefined;
  }

  isWaiting(offset: number): boolean {
    return this.#options.position.firstWaitingFrom(offset, offset + 1) !== undefined;
  }

  /**
   * Delivers until `signal` ends it. Throws what the sink throws; nothing moves then. `onNothing`: of what waited, nothing
   * had to be written.
   */
  async run(write: WriteBatch, signal: AbortSignal, onNothing: () => void): Promise<void> {
    while (!signal.aborted) {
      const stream = this.#choose();
      const moved = stream && (await this.#deliver(stream, write, onNothing));
      if (!moved) await this.#wait(stream === undefined ? this.#pauseMs() : heldRecheckMs, signal);
    }
  }

  async close(): Promise<void> {
    await this.#live.close();
    await this.#backlog.close();
  }

  /** What to send next: live when it is due, else the backlog as its rate allows. */
  #choose(): Stream | undefined {
    const { position, config, clock } = this.#options;
    this.#settleRemoved();
    const committed = this.#lane.committed;
    const oldest = position.firstWaiting(committed);
    if (!oldest) {
      this.#forkedAt = undefined;
      return undefined;
    }
    if (this.#forkedAt !== undefined && oldest[0] >= this.#forkedAt) this.#forkedAt = undefined;
    const newest =
      this.#forkedAt === undefined
        ? oldest
        : position.firstWaitingFrom(Math.max(this.#forkedAt, position.end), committed);
    const isFull = newest !== undefined && newest[1] - newest[0] >= config.batchRecordsMax;
    const isDue = this.name === 'alarms' || clock.monotonic() - this.#lastLiveAt >= config.flushEveryMs;
    if (newest && (isDue || isFull)) {
      return { from: newest[0], until: newest[1], isHistorical: false, recordsMax: config.batchRecordsMax };
    }
    if (this.#forkedAt === undefined) return undefined;
    const allowed = this.#backlogAllowance();
    if (allowed < 1) return undefined;
    const recordsMax = Math.min(config.batchRecordsMax, allowed);
    return { from: oldest[0], until: Math.min(oldest[1], this.#forkedAt), isHistorical: true, recordsMax };
  }

  /** True when something was settled. */
  async #deliver(stream: Stream, write: WriteBatch, onNothing: () => void): Promise<boolean> {
    const { clock, onMoved } = this.#options;
    const { run, end } = await this.#read(stream);
    if (end === stream.from) return false;
    if (!stream.isHistorical) this.#lastLiveAt = clock.monotonic();
    const thinning = stream.isHistorical ? this.#backlogThinning : this.#liveThinning;
    const sent: Sent = thinning ? thinning.thin(run as FrameRun) : run;
    const { offsets, records } = sent;
    const identity = { ...this.#options.journal.identity, epoch: run.epoch };
    const batch = { identity, offsets, historical: stream.isHistorical, lane: this.name, records } as Batch;
    const outcome = offsets.length > 0 ? await write(batch) : {};
    const { resumeFrom } = outcome;
    const takenTo = Math.min(end, Math.max(stream.from, resumeFrom ?? end));
    const settledTo = thinning?.settle(run as FrameRun, sent as ThinnedRun, outcome, takenTo) ?? takenTo;
    this.#settle(run, sent, outcome, settledTo);
    if (offsets.length === 0) onNothing();
    if (resumeFrom !== undefined && resumeFrom < stream.from) this.#goBack(resumeFrom, stream);
    else if (settledTo === stream.from) return false;
    if (stream.isHistorical) this.#backlogAccount -= end - stream.from;
    onMoved();
    return true;
  }

  /** What of a stream is sent next, up to `end`: before the next epoch, and before what is held for want of a time. */
  async #read(stream: Stream): Promise<{ run: Run; end: number }> {
    const { from } = stream;
    const { epoch, until } = this.#lane.epochAt(from);
    const recordsMax = Math.min(stream.recordsMax, stream.until - from, until - from);
    const reader = stream.isHistorical ? this.#backlog : this.#live;
    const read = await reader.read(from, recordsMax, batchBytesMax);
    const next = Math.min(read.next, stream.until, until);
    // The reader counts records, not offsets: what lies behind the run, or in the next epoch, is not of this batch.
    const count = read.offsets.findIndex((offset) => offset >= next);
    const own = count < 0 ? read : { records: read.records.slice(0, count), offsets: read.offsets.slice(0, count) };
    const { records, offsets, heldAt } = this.#labelled(own.records, own.offsets);
    return { run: { epoch, from, offsets, records }, end: heldAt ?? next };
  }

  /**
   * The destination lacks what it once took. A backlog goes back within itself: what the live stream has brought stays
   * delivered. A live stream that goes back further than it began is one stream again.
   */
  #goBack(offset: number, { isHistorical }: Stream): void {
    const { position } = this.#options;
    this.#liveThinning?.forget();
    this.#backlogThinning?.forget();
    if (isHistorical) {
      position.resumeFrom(offset, this.#forkedAt);
      return;
    }
    position.resumeFrom(offset);
    if (this.#forkedAt !== undefined && offset < this.#forkedAt) this.#forkedAt = undefined;
  }

  /**
   * Marks what of a run lies below `end`: what was sent as what the sink made of it, the rest as unchanged; offsets missing
   * from `from` on were damaged.
   */
  #settle({ from, offsets }: Run, sent: Sent, outcome: WriteOutcome, end: number): void {
    const { position, onRefused } = this.#options;
    let at = from;
    let sentCount = 0;
    for (const offset of offsets) {
      if (offset >= end) break;
      if (offset > at) position.drop(at, offset, 'damaged');
      at = offset + 1;
      if (sent.offsets[sentCount] === offset) {
        position.deliver(offset, at);
        sentCount += 1;
      } else position.passOver(offset);
    }
    if (end > at) position.drop(at, end, 'damaged');
    for (const { index, reason } of outcome.rejected ?? []) {
      const offset = sent.offsets[index] as number;
      if (offset >= end) continue;
      position.reject(offset);
      onRefused(offset, null, reason);
    }
    for (const { index, tag, reason } of outcome.parked ?? []) {
      const offset = sent.offsets[index] as number;
      if (offset >= end) continue;
      this.#parkedFields += 1;
      onRefused(offset, tag, reason);
    }
  }

  /** Gives held records the label their boot learned since; stops before the first that has none yet. */
  #labelled(
    records: readonly (Frame | Entry)[],
    offsets: readonly number[],
  ): { records: readonly (Frame | Entry)[]; offsets: readonly number[]; heldAt: number | undefined } {
    if (!records.some(({ time }) => Number.isNaN(time))) return { records, offsets, heldAt: undefined };
    const labelled: (Frame | Entry)[] = [];
    for (const record of records) {
      const label = Number.isNaN(record.time) ? this.#options.journal.labelOf(record.instant) : undefined;
      if (Number.isNaN(record.time) && !label) {
        const count = labelled.length;
        return { records: labelled, offsets: offsets.slice(0, count), heldAt: offsets[count] };
      }
      labelled.push(label ? withLabel(record, label) : record);
    }
    return { records: labelled, offsets, heldAt: undefined };
  }

  /** What retention removed while it waited is dropped, and counted. */
  #settleRemoved(): void {
    const { position, onMoved } = this.#options;
    const first = this.#lane.first;
    for (let gap = position.firstWaiting(first); gap; gap = position.firstWaiting(first)) {
      position.drop(gap[0], gap[1], 'retention');
      onMoved();
    }
    position.collapse(first);
  }

  #backlogAllowance(): number {
    const { clock, config } = this.#options;
    const now = clock.monotonic();
    const earned = ((now - this.#backlogAccountAt) / 1000) * config.backlogPerSecond;
    this.#backlogAccountAt = now;
    this.#backlogAccount = Math.min(config.batchRecordsMax, this.#backlogAccount + earned);
    return Math.floor(this.#backlogAccount);
  }

  #pauseMs(): number {
    const { clock, config } = this.#options;
    if (this.name === 'alarms') return Number.POSITIVE_INFINITY;
    const untilLive = config.flushEveryMs - (clock.monotonic() - this.#lastLiveAt);
    const hasWaiting = this.#options.position.firstWaiting(this.#lane.committed) !== undefined;
    if (!hasWaiting) return Number.POSITIVE_INFINITY;
    return Math.max(1, this.#forkedAt === undefined ? untilLive : Math.min(untilLive, recheckMs));
  }

  /** Until `ms` have passed or, when nothing waits, until the next commit. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    signal.addEventListener('abort', end, { once: true });
    const stopListening = ms === Number.POSITIVE_INFINITY ? this.#lane.onCommit(end) : undefined;
    if (ms === Number.POSITIVE_INFINITY) {
      await new Promise<void>((resolve) => {
        if (ended.signal.aborted || signal.aborted) resolve();
        else ended.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    } else {
      await this.#options.clock.wait(ms, ended.signal);
    }
    stopListening?.();
    signal.removeEventListener('abort', end);
  }

  async #ageOf(offset: number): Promise<number> {
    const { records } = await this.#backlog.read(offset, 1, 1);
    const record = records[0];
    return record ? this.#options.instant() - record.instant : 0;
  }
}

function withLabel(record: Frame | Entry, label: { time: number; timeSpread: number }): Frame | Entry {
  if (!('timeSpread' in record)) return { ...record, time: label.time };
  return { ...record, time: label.time, timeSpread: record.timeSpread + label.timeSpread };
}
