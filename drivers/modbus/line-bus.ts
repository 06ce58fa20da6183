import type ModbusSerial from 'modbus-serial';
import { type DriverContext, type Clock, NotConnected } from '../../gateway/contract/index.js';
import { type ByteLine, byteLine, type ByteStream, formatStreamAddress } from '../streams/index.js';
import { type Ask, LineAccount } from './line-account.js';
import { asciiFraming, rtuFraming } from './line-framing.js';
import { LinePort, type Strays } from './line-port.js';
import { type LinkSettings, resolveLink, type ResolvedLink } from './link-schema.js';
import {
  answerDataBytes,
  DamagedAnswer,
  isBitFunction,
  NoAnswer,
  type ReadFunction,
  Refusal,
  type RegisterBus,
} from './register-bus.js';
import type { Shape } from './rtu-framing.js';
import { SignalFollower } from './signal-follower.js';
import { dataMs } from './wire-time.js';

type LineContext = Pick<DriverContext, 'clock' | 'log'>;
type ModbusClass = typeof ModbusSerial.default;

/** Bytes that have reached this box reach us within this time, with one loop turn to spare. */
const deliveryMs = 20;
/** A line that is never silent for this many lateness bounds cannot be used. */
const noiseBoundsMax = 4;

/**
 * Modbus RTU or ASCII on a line. Answers carry no identity, so what makes a value right is order and silence: one
 * request at a time, a silent line and an empty buffer before each, and after a time-out silence until no answer can
 * end any more within the lateness bound. Within that bound no value reaches a wrong register or poll. An answer that
 * did not come within it may come later. The unit is then resynchronised: it is first asked for something of another
 * shape, and since a unit answers in the order it was asked, its answer to that ends the doubt. Where there is no other
 * shape, and where something did come beyond the bound, the next values of the unit are uncertain.
 */
export class LineBus implements RegisterBus {
  readonly #settings: LinkSettings;
  readonly #link: ResolvedLink;
  readonly #clock: Clock;
  readonly #line: ByteLine;
  readonly #port: LinePort;
  readonly #client: InstanceType<ModbusClass>;
  readonly #account: LineAccount;
  readonly #count = { requests: 0, answers: 0, timeouts: 0, exceptions: 0, damaged: 0, resynchronised: 0, connects: 0 };
  #stream: ByteStream | undefined;
  #waking = new AbortController();
  readonly #follower = new SignalFollower(() => this.#waking.abort());
  #gone: Promise<void> = Promise.resolve();
  #isGone = (): void => undefined;
  #why = 'closed';
  #isUncertain = false;
  #heardMs = Number.NEGATIVE_INFINITY;
  /** No request before this: an answer may still come. */
  #quietUntilMs = Number.NEGATIVE_INFINITY;

  private constructor(settings: LinkSettings, { clock, log }: LineContext, Client: ModbusClass) {
    this.#settings = settings;
    this.#link = resolveLink(settings);
    this.#clock = clock;
    this.#line = byteLine({ ...settings, clock, log });
    this.#account = new LineAccount({ latenessMs: this.#link.latenessMs + deliveryMs, clock });
    const framing = settings.framing === 'ascii' ? asciiFraming : rtuFraming;
    this.#port = new LinePort(framing, settings.echo, () => {
      this.#heardMs = clock.monotonic();
    });
    this.#client = new Client(this.#port);
  }

  /** Loads modbus-serial; opens nothing. */
  static async create(settings: LinkSettings, context: LineContext): Promise<LineBus> {
    const library = await import('modbus-serial');
    return new LineBus(settings, context, library.default.default);
  }

  get isUncertain(): boolean {
    return this.#isUncertain;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.#end('opened anew');
    const events = {
      received: (bytes: Uint8Array) => this.#port.receive(bytes),
      lost: (why: string) => void this.#end(why),
    };
    const stream = await this.#line.open(events, signal);
    this.#stream = stream;
    this.#gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
    this.#port.attach(stream);
    this.#client.open(() => undefined);
    this.#count.connects += 1;
    // What was asked over the connection before may still be answered on the line behind it.
    this.#quietUntilMs = this.#clock.monotonic() + this.#link.latenessMs;
  }

  async request(
    unit: number,
    functionCode: ReadFunction,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<DataView> {
    const ask = askFor(unit, functionCode, start, count);
    this.#isUncertain = false;
    this.#account.noteStrays(this.#port.takeStrays());
    if (this.#account.isOwed(ask)) await this.#resynchronise(ask, signal);
    const isDoubted = this.#account.isOwed(ask);
    try {
      const data = await this.#exchange(ask, signal);
      this.#isUncertain = this.#account.takeDoubt(unit) || isDoubted;
      this.#account.settle(unit);
      return data;
    } catch (error) {
      // An exception has no shape of its own: it may answer an earlier request.
      this.#isUncertain = error instanceof Refusal && this.#account.owes(unit);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#end('closed');
    await this.#line.close();
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#count, ...this.#account.counters, echoes: this.#port.echoes, ...this.#line.counters() };
  }

  /** Asks for less, so that the answer cannot be mistaken for one from before. */
  async #resynchronise(ask: Ask, signal: AbortSignal): Promise<void> {
    const step = isBitFunction(ask.functionCode) ? 8 : 1;
    for (let count = 1; count < ask.count; count += step) {
      const shorter = askFor(ask.unit, ask.functionCode, ask.start, count);
      if (this.#account.isOwed(shorter) || shorter.dataBytes === ask.dataBytes) continue;
      try {
        await this.#exchange(shorter, signal);
        this.#count.resynchronised += 1;
        this.#account.settle(ask.unit);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
      return;
    }
  }

  /** One request and its answer. After a time-out it returns only when the bound is over: the unit that failed pays. */
  async #exchange(ask: Ask, signal: AbortSignal): Promise<DataView> {
    await this.#silence(signal, ask);
    const { timing, timeoutMs, latenessMs } = this.#link;
    const beganMs = this.#clock.monotonic();
    let isAnswered = false;
    const answer = this.#ask(ask).finally(() => {
      isAnswered = true;
      this.#waking.abort();
    });
    answer.catch(() => undefined);
    this.#count.requests += 1;
    await Promise.race([this.#port.sent, this.#gone]);
    // An adapter may take the bytes long before they are on the line.
    const sentMs = Math.max(this.#clock.monotonic(), beganMs + timing.requestBytes * timing.byteMs);
    const deadlineMs = sentMs + timeoutMs + this.#answerMs(ask);
    if (!isAnswered) await this.#wait(deadlineMs - this.#clock.monotonic(), signal);
    if (isAnswered) {
      this.#account.noteStrays(this.#port.takePassedOver());
      this.#account.noteAnswered(ask, sentMs);
      return this.#outcome(answer);
    }
    this.#port.giveUp();
    this.#quietUntilMs = Math.max(sentMs + latenessMs, deadlineMs);
    this.#account.noteTimedOut(ask);
    this.#throwIfOver(signal);
    return this.#timeOut(signal);
  }

  /** modbus-serial writes to the port before this returns. */
  #ask({ unit, functionCode, start, count }: Ask): Promise<DataView> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, result?: { readonly buffer: Buffer }): void => {
        if (result) resolve(new DataView(result.buffer.buffer, result.buffer.byteOffset, result.buffer.length));
        else reject(error ?? new Error('modbus-serial gave neither an error nor a result'));
      };
      if (functionCode === 1) this.#client.writeFC1(unit, start, count, done);
      else if (functionCode === 2) this.#client.writeFC2(unit, start, count, done);
      else if (functionCode === 3) this.#client.writeFC3(unit, start, count, done);
      else this.#client.writeFC4(unit, start, count, done);
    });
  }

  async #outcome(answer: Promise<DataView>): Promise<DataView> {
    try {
      const data = await answer;
      this.#count.answers += 1;
      return data;
    } catch (error) {
      const code = (error as { modbusCode?: number }).modbusCode;
      if (code === undefined) throw error;
      this.#count.exceptions += 1;
      throw new Refusal(code);
    }
  }

  async #timeOut(signal: AbortSignal): Promise<never> {
    this.#count.timeouts += 1;
    const within = `within ${this.#link.timeoutMs} ms`;
    const { late } = this.#account.counters;
    const { garbageBytes } = await this.#silence(signal);
    if (await this.#stream?.isGone()) {
      await this.#end('the port is gone; check the plug');
      this.#throwIfOver(signal);
    }
    if (garbageBytes > 0) {
      this.#count.damaged += 1;
      throw new DamagedAnswer(`no right answer ${within}, but ${garbageBytes} bytes that are none`);
    }
    const isLate = this.#account.counters.late > late;
    throw new NoAnswer(isLate ? `the answer came, but not ${within}` : `no answer ${within}`);
  }

  /**
   * Resolves when the line is silent, nothing can come from before and the buffer is empty; with `ask`, when an answer
   * to it could not be mistaken either. Gives back what lay on the line.
   */
  async #silence(signal: AbortSignal, ask?: Ask): Promise<Strays> {
    const { turnaroundMs, latenessMs } = this.#link;
    const mayAskMs = ask ? this.#account.mayAskMs(ask, this.#answerMs(ask) + turnaroundMs + deliveryMs) : 0;
    const endMs = this.#clock.monotonic() + latenessMs * noiseBoundsMax;
    let isDelivered = false;
    for (;;) {
      this.#throwIfOver(signal);
      const nowMs = this.#clock.monotonic();
      const quietMs = Math.max(mayAskMs, this.#quietUntilMs, this.#heardMs + turnaroundMs);
      const isDraining = this.#quietUntilMs > Number.NEGATIVE_INFINITY;
      if (nowMs >= quietMs && (isDelivered || !isDraining)) break;
      if (nowMs > Math.max(endMs, this.#quietUntilMs + latenessMs)) throw new DamagedAnswer('the line is never silent');
      const waitMs = Math.max(quietMs - nowMs, isDraining ? deliveryMs : 0);
      await this.#wait(waitMs, signal);
      // Woken too late, this box was busy: what came in that time has still to be taken from the system.
      isDelivered = this.#clock.monotonic() - nowMs - waitMs < deliveryMs / 2;
    }
    this.#quietUntilMs = Number.NEGATIVE_INFINITY;
    const strays = this.#port.takeStrays();
    this.#account.noteStrays(strays);
    this.#account.closeTimedOut();
    return strays;
  }

  /** Ends early with the answer, with `signal`, and when the line is gone. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || signal.aborted || !this.#stream) return;
    this.#follower.follow(signal);
    this.#waking = new AbortController();
    await this.#clock.wait(ms, this.#waking.signal);
  }

  /** ms the answer takes on the line. */
  #answerMs({ dataBytes }: Shape): number {
    const { timing } = this.#link;
    return dataMs(timing, dataBytes) + timing.overheadBytes * timing.byteMs;
  }

  #throwIfOver(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#stream) return;
    throw new NotConnected(`${formatStreamAddress(this.#settings.address)} is not connected: ${this.#why}`);
  }

  async #end(why: string): Promise<void> {
    const stream = this.#stream;
    if (!stream) return;
    this.#why = why;
    this.#stream = undefined;
    this.#port.attach(undefined);
    this.#isGone();
    this.#waking.abort();
    this.#follower.follow(undefined);
    await stream.close();
  }
}

function askFor(unit: number, functionCode: ReadFunction, start: number, count: number): Ask {
  return { unit, functionCode, start, count, dataBytes: answerDataBytes(functionCode, count) };
}
