import {
  type Clock,
  type DriverContext,
  type DriverDevice,
  type FrameBuilder,
  Quality,
} from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import { withDistinctShapes } from './distinct-shapes.js';
import {
  factsBasis,
  factsFromJson,
  factsToJson,
  forgetRefused,
  type LearnedFacts,
  learnAvoid,
  learnLongest,
  learnRefused,
} from './learned-facts.js';
import { compilePoll, hullOf, type Item, makeRead, type Poll, type Read } from './poll.js';
import { deviceFault, isAddressRefusal, isAnswer, isReadFault, qualityOf, type ReadFault } from './read-faults.js';
import { answerDataBytes, type Refusal, type RegisterBus } from './register-bus.js';
import { formatRange } from './register-reference.js';
import { splitRead } from './split-read.js';
import type { TagAddress } from './tag-schema.js';
import type { WireTiming } from './wire-time.js';

export interface UnitReaderOptions {
  readonly device: DriverDevice<DeviceSettings, TagAddress>;
  readonly bus: RegisterBus;
  readonly timing: WireTiming;
  /** Answers carry no identity: reads of one unit should differ. */
  readonly isLine: boolean;
  readonly context: DriverContext;
}

/** A refused tag is asked for again after this long: an option may have been fitted, a device may have been starting. */
const refusedRetryMs = 60_000;
/** Unanswered requests before any answer that end a poll: a unit that answered last time may have lost one. */
const patience = { answered: 2, silent: 1 };

/** What one poll has come to so far. */
interface Round {
  readonly into: FrameBuilder;
  readonly signal: AbortSignal;
  /** Answers as received, by the read they belong to; only for groups with statutory tags. */
  readonly raw: Uint8Array[][] | undefined;
  answers: number;
  /** Requests that the unit did not answer. */
  silences: number;
  /** The line was being resynchronised: no value of this poll is certain. */
  isUncertain: boolean;
  /** The last thing that went wrong, and what was asked. */
  fault: ReadFault | undefined;
  asked: string;
}

/** Reads the poll groups of one device and learns from what it refuses. */
export class UnitReader {
  readonly #options: UnitReaderOptions;
  readonly #clock: Clock;
  readonly #basis: string;
  #facts: LearnedFacts;
  #polls: ReadonlyMap<string, Poll>;
  /** Read that the next poll of a group begins with, so that one range that never answers does not hide the others. */
  readonly #first = new Map<string, number>();
  #hasAnswered = true;
  #retries = 0;
  #retryAtMs: number;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(options: UnitReaderOptions) {
    const { device, context } = options;
    this.#options = options;
    this.#clock = context.clock;
    this.#basis = factsBasis(device.profile, device.settings);
    this.#facts = factsFromJson(context.learned.get(device.name), this.#basis);
    this.#polls = this.#compile();
    this.#retryAtMs = this.#clock.monotonic() + refusedRetryMs;
  }

  get polls(): ReadonlyMap<string, Poll> {
    return this.#polls;
  }

  /** Fills one group. Throws `DeviceFault` when nothing at all was read. */
  async read(group: string, into: FrameBuilder, signal: AbortSignal): Promise<void> {
    const poll = this.#polls.get(group);
    if (!poll) throw new RangeError(`device ${this.#options.device.name} has no group ${group}`);
    const raw = poll.isStatutory ? poll.reads.map(() => []) : undefined;
    const round: Round = {
      into,
      signal,
      raw,
      answers: 0,
      silences: 0,
      isUncertain: false,
      fault: undefined,
      asked: '',
    };
    const factsBefore = this.#facts;
    markBad(into, poll.refused, Quality['bad-configuration']);
    markBad(into, poll.forbidden, Quality['bad-configuration']);
    await this.#readAll(group, poll, round);
    if (poll.refused.length > 0) await this.#askRefused(poll, round);
    if (round.isUncertain) markUncertain(into);
    if (raw) into.raw(Buffer.concat(raw.flat()));
    if (this.#facts !== factsBefore) this.#keepFacts();
    this.#hasAnswered = round.answers > 0 || (round.fault !== undefined && isAnswer(round.fault));
    if (round.answers === 0 && round.fault) throw deviceFault(round.asked, round.fault);
  }

  async #readAll(group: string, { reads }: Poll, round: Round): Promise<void> {
    const first = this.#first.get(group) ?? 0;
    const silencesMax = this.#hasAnswered ? patience.answered : patience.silent;
    let isOver = false;
    for (let n = 0; n < reads.length; n += 1) {
      const index = (first + n) % reads.length;
      const read = reads[index] as Read;
      if (round.answers > 0 || round.silences < silencesMax) {
        await this.#perform(read, round, index);
      } else {
        if (!isOver) this.#first.set(group, index);
        isOver = true;
        markBad(round.into, read.items, Quality['bad-no-answer']);
      }
    }
  }

  /**
   * Reads, and where the addresses are refused twice running finds out which. True when the answer came in one piece.
   */
  async #perform(read: Read, round: Round, index: number, isSecond = false): Promise<boolean> {
    const { bus } = this.#options;
    try {
      const data = await this.#request(read, round.signal);
      decode(read, data, round.into);
      round.isUncertain ||= bus.isUncertain;
      round.raw?.[index]?.push(answerBytes(read, data));
      round.answers += 1;
      return true;
    } catch (error) {
      if (!isReadFault(error)) throw error;
      round.fault = error;
      round.asked = this.#describe(read);
      if (!isAnswer(error)) round.silences += 1;
      if (isAddressRefusal(error) && !bus.isUncertain) {
        if (!isSecond) return this.#perform(read, round, index, true);
        await this.#learn(read, error, round, index);
      } else {
        markBad(round.into, read.items, qualityOf(error));
      }
      return false;
    }
  }

  async #learn(read: Read, refusal: Refusal, round: Round, index: number): Promise<void> {
    const parts = splitRead(read);
    const hull = hullOf(read.table, read.items);
    if (parts.length === 0) {
      this.#facts = learnRefused(this.#facts, hull);
      this.#retryAtMs = this.#clock.monotonic() + refusedRetryMs;
      markBad(round.into, read.items, Quality['bad-configuration']);
      return;
    }
    let areWhole = true;
    for (const part of parts) areWhole = (await this.#perform(part, round, index)) && areWhole;
    if (!areWhole) return;
    const [one, other] = parts as [Read, Read | undefined];
    const gap = { table: read.table, start: one.start + one.count, end: other?.start ?? read.start + read.count };
    if (refusal.code === illegalAddress && gap.end > gap.start) {
      this.#facts = learnAvoid(this.#facts, gap);
    } else {
      this.#facts = learnLongest(this.#facts, read.table, Math.max(one.count, other?.count ?? 0));
    }
  }

  /** Now and then, and when there is nothing else to ask for, one refused tag is asked for again. */
  async #askRefused({ reads, refused }: Poll, round: Round): Promise<void> {
    if (round.answers === 0 && round.silences > 0) return;
    if (reads.length > 0 && this.#clock.monotonic() < this.#retryAtMs) return;
    this.#retryAtMs = this.#clock.monotonic() + refusedRetryMs;
    const item = refused[this.#retries % refused.length] as Item;
    this.#retries += 1;
    const { table, start, end } = item.range;
    if (await this.#perform(makeRead(table, start, end, [item]), round, reads.length)) {
      this.#facts = forgetRefused(this.#facts, item.range);
    }
  }

  #request(read: Read, signal: AbortSignal): Promise<DataView> {
    const { bus, device } = this.#options;
    const { unit, pause } = device.settings;
    if (pause !== undefined) return this.#requestAfter(pause, read, signal);
    return bus.request(unit, read.functionCode, read.start, read.count, signal);
  }

  async #requestAfter(pause: number, read: Read, signal: AbortSignal): Promise<DataView> {
    const { bus, device } = this.#options;
    const waitMs = this.#askedMs + pause - this.#clock.monotonic();
    if (waitMs > 0) await this.#clock.wait(waitMs, signal);
    try {
      return await bus.request(device.settings.unit, read.functionCode, read.start, read.count, signal);
    } finally {
      this.#askedMs = this.#clock.monotonic();
    }
  }

  #keepFacts(): void {
    const { device, context } = this.#options;
    context.learned.set(device.name, factsToJson(this.#facts, this.#basis));
    this.#polls = this.#compile();
  }

  #compile(): ReadonlyMap<string, Poll> {
    const { device, timing, isLine } = this.#options;
    const polls = new Map(
      device.groups.map(({ name, tags }) => [name, compilePoll(tags, device.settings, this.#facts, timing)]),
    );
    return isLine ? withDistinctShapes(polls, device.settings, this.#facts) : polls;
  }

  #describe({ table, start, count }: Read): string {
    const { device } = this.#options;
    return `${device.name} (unit ${device.settings.unit}), ${formatRange({ table, start, end: start + count })}`;
  }
}

const illegalAddress = 2;

function markBad(into: FrameBuilder, items: readonly Item[], quality: number): void {
  for (const { slot } of items) into.bad(slot, quality);
}

function markUncertain({ quality }: FrameBuilder): void {
  for (let slot = 0; slot < quality.length; slot += 1) {
    if (quality[slot] === Quality.good) quality[slot] = Quality['uncertain-resync'];
  }
}

function decode({ items, at }: Read, data: DataView, into: FrameBuilder): void {
  for (let n = 0; n < items.length; n += 1) {
    const { decode: put, slot } = items[n] as Item;
    put(data, at[n] as number, into, slot);
  }
}

/** The answer as it was received, from its function code on. */
function answerBytes({ functionCode, count }: Read, data: DataView): Uint8Array {
  const length = answerDataBytes(functionCode, count);
  const bytes = new Uint8Array(2 + length);
  bytes[0] = functionCode;
  bytes[1] = length;
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, length), 2);
  return bytes;
}
