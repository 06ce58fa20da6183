import type { Clock } from '../../../gateway/contract/index.js';
import type { DirectAddress } from '../../streams/index.js';
import { bytesOf, type OpenLine, RawLine } from '../raw/raw-line.js';
import { answers, encodeRead, isOfGateway, type RawRead, type RawReply, repliesIn } from '../raw/raw-read.js';
import { wordsOf } from '../raw/raw-reader.js';
import type { ScanSetting, ScanStep } from './scan-plan.js';
import { answerDataBytes } from '../register-bus.js';
import { answerOverhead } from '../rtu-framing.js';
import { characterMs } from '../wire-time.js';
import type { ReadWords } from './fit-profile.js';

/** Somebody answers. */
export interface ScanFound {
  readonly unit: number;
  readonly setting: ScanSetting;
  /** ms from the end of the request that was answered first. */
  readonly answeredMs: number;
  /** First registers of each table; a table left out was refused or not answered. */
  readonly registers: Readonly<Partial<Record<'holding' | 'input', readonly number[]>>>;
}

/** Something is on the line that is no answer. */
export interface ScanGarbled {
  readonly unit: number;
  readonly setting: ScanSetting;
  readonly bytes: number;
}

/** What a scan tells while it goes on. */
export interface ScanTold {
  /** `read` reads more of the device, as long as this call lasts. */
  found(found: ScanFound, read: ReadWords): void | Promise<void>;
  garbled(garbled: ScanGarbled): void;
  /** `done` of the steps are behind; called after each. */
  progressed(done: number): void;
}

export interface ScanOptions {
  readonly address: DirectAddress;
  readonly clock: Clock;
  readonly steps: readonly ScanStep[];
  /** Steps of an earlier scan that are behind. */
  readonly from: number;
  /** Units found under a setting before, which are not asked again. */
  readonly known: readonly Pick<ScanFound, 'unit' | 'setting'>[];
  /** Wait for an answer to begin, beside what it takes on the wire. */
  readonly timeoutMs: number;
  /** Ends when so many were found in all, `known` among them. */
  readonly stopAfter: number;
  readonly open?: OpenLine;
}

/** A unit that is slow, or was disturbed, is given this long before it is taken for absent. */
const patienceMs = 1000;
/** Silence before each question, so that a late answer ends before it. */
const gapMs = 5;
/** First registers shown; fewer where a device has no more. */
const firstCounts = [10, 5, 2, 1] as const;
/** A late answer belongs to one of the units asked last. */
const lateUnits = 8;
const settleMs = 30;

/**
 * Asks every unit under every setting in the order of the steps; resolves to the steps that are behind when it has come
 * to the end, has found enough, or `signal` aborts. An answer that comes late, while another unit is asked, counts as
 * well: it names its unit. What is found is asked for again before it is told. Rejects with `NotConnected`.
 */
export async function scan(options: ScanOptions, told: ScanTold, signal: AbortSignal): Promise<number> {
  const run = new ScanRun(options, told, signal);
  try {
    return await run.toTheEnd();
  } finally {
    await run.close();
  }
}

class ScanRun {
  readonly #options: ScanOptions;
  readonly #told: ScanTold;
  readonly #signal: AbortSignal;
  readonly #found = new Set<string>();
  #line: RawLine | undefined;
  #setting: ScanSetting | undefined;
  #asked: number[] = [];
  #transaction = 0;

  constructor(options: ScanOptions, told: ScanTold, signal: AbortSignal) {
    this.#options = options;
    this.#told = told;
    this.#signal = signal;
    for (const { unit, setting } of options.known) this.#found.add(keyOf(unit, setting));
  }

  async toTheEnd(): Promise<number> {
    const { steps, from, stopAfter } = this.#options;
    for (let n = from; n < steps.length; n += 1) {
      if (this.#signal.aborted || this.#found.size >= stopAfter) return n;
      const { setting, unit } = steps[n] as ScanStep;
      if (setting !== this.#setting) await this.#change(setting);
      if (!this.#found.has(keyOf(unit, setting))) await this.#ask(unit, setting);
      if (this.#signal.aborted) return n;
      this.#told.progressed(n + 1);
    }
    return steps.length;
  }

  async close(): Promise<void> {
    await this.#line?.close();
    this.#line = undefined;
  }

  /** Before the setting is left, who was asked last under it is given the time to answer late. */
  async #change(setting: ScanSetting): Promise<void> {
    const [line, left] = [this.#line, this.#setting];
    if (line && left) {
      const late = repliesIn(left.framing, bytesOf(await line.listen(this.#options.timeoutMs, this.#signal)));
      await this.#confirmAll(late, left);
    }
    if (!this.#signal.aborted) await this.#openWith(setting);
  }

  async #openWith(setting: ScanSetting): Promise<void> {
    await this.close();
    const { address, clock, open } = this.#options;
    const options = { address, serial: setting.serial, clock, ...(open && { open }) };
    this.#line = await RawLine.open(options, this.#signal);
    this.#setting = setting;
    this.#asked = [];
    await this.#line.listen(settleMs, this.#signal);
  }

  async #ask(unit: number, setting: ScanSetting): Promise<void> {
    this.#asked = [...this.#asked.slice(1 - lateUnits), unit];
    const read: RawRead = { unit, functionCode: 3, start: 0, count: 1 };
    const { replies, bytes } = await this.#exchange(read, this.#options.timeoutMs);
    await this.#confirmAll(replies, setting);
    if (replies.length > 0 || bytes === 0 || this.#signal.aborted) return;
    // Something spoke. On a disturbed line, or with a slow unit, it is understood at the second time.
    await this.#line?.listen(patienceMs, this.#signal);
    if (!(await this.#confirm(unit, setting))) this.#told.garbled({ unit, setting, bytes });
  }

  async #confirmAll(replies: readonly RawReply[], setting: ScanSetting): Promise<void> {
    const units = new Set(replies.flatMap((reply) => (this.#isOfAsked(reply) ? [reply.unit] : [])));
    for (const one of units) if (!this.#signal.aborted) await this.#confirm(one, setting);
  }

  /** Reads the first registers of a unit, with patience; tells of it when it answers. */
  async #confirm(unit: number, setting: ScanSetting): Promise<boolean> {
    if (this.#found.has(keyOf(unit, setting))) return true;
    const registers: Partial<Record<'holding' | 'input', readonly number[]>> = {};
    let answeredMs = Number.NaN;
    let isThere = false;
    for (const [table, functionCode] of [
      ['holding', 3],
      ['input', 4],
    ] as const) {
      for (const count of firstCounts) {
        const { reply, atMs } = await this.#answerOf({ unit, functionCode, start: 0, count });
        if (!reply || isOfGateway(reply.exception)) break;
        isThere = true;
        answeredMs = Number.isNaN(answeredMs) ? atMs : answeredMs;
        if (reply.exception !== undefined) continue;
        registers[table] = wordsOf(reply.data);
        break;
      }
      if (this.#signal.aborted) break;
    }
    if (!isThere || this.#signal.aborted) return isThere;
    this.#found.add(keyOf(unit, setting));
    await this.#told.found({ unit, setting, answeredMs, registers }, (table, start, count) =>
      this.#words(unit, table, start, count),
    );
    return true;
  }

  async #words(unit: number, table: 'holding' | 'input', start: number, count: number) {
    const { reply } = await this.#answerOf({ unit, functionCode: table === 'holding' ? 3 : 4, start, count });
    return reply && reply.exception === undefined ? wordsOf(reply.data) : undefined;
  }

  async #answerOf(read: RawRead): Promise<{ readonly reply: RawReply | undefined; readonly atMs: number }> {
    const { replies, atMs } = await this.#exchange(read, patienceMs);
    return { reply: replies.find((reply) => answers(reply, read)), atMs };
  }

  async #exchange(
    read: RawRead,
    waitMs: number,
  ): Promise<{ readonly replies: readonly RawReply[]; readonly bytes: number; readonly atMs: number }> {
    const line = this.#line as RawLine;
    const { framing, serial } = this.#setting as ScanSetting;
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const request = encodeRead(framing, read, this.#transaction);
    const isDone = (received: Uint8Array): boolean => repliesIn(framing, received).some((one) => answers(one, read));
    const wireMs =
      this.#options.address.kind === 'serial'
        ? (answerOverhead + answerDataBytes(read.functionCode, read.count)) * characterMs(serial)
        : 0;
    const before = bytesOf(await line.listen(gapMs, this.#signal));
    const overheard = await line.ask(request, waitMs + wireMs, isDone, this.#signal);
    if (overheard.lost !== undefined && !this.#signal.aborted) await this.#openWith(this.#setting as ScanSetting);
    const received = bytesOf(overheard);
    // An adapter that gives back what it sends is no answer.
    const isEcho = Buffer.compare(received.subarray(0, request.length), request) === 0;
    return {
      // What came just before is an answer as well: a late one.
      replies: [...repliesIn(framing, before), ...repliesIn(framing, received)],
      bytes: received.length - (isEcho ? request.length : 0),
      atMs: overheard.pieces.at(-1)?.atMs ?? Number.NaN,
    };
  }

  #isOfAsked({ unit, functionCode, exception }: RawReply): boolean {
    return functionCode === 3 && this.#asked.includes(unit) && !isOfGateway(exception);
  }
}

/** A unit that is set to one stop bit understands two as well: that is one device. */
const keyOf = (unit: number, { framing, serial }: ScanSetting): string =>
  `${unit} ${framing} ${serial.baud} ${serial.parity}`;
