import type { Clock, DeviceModel, Simulator } from '../../gateway/contract/index.js';
import { Random } from '../random.js';
import { systemClock } from '../system-clock.js';
import { localSecond, localStamp, type Order, packed, utcFrom } from './codec.js';
import { GatewayLine } from './gateway-line.js';
import { type StationFault, StationFaults } from './station-faults.js';
import { isKept, type KeptKind, keptPeriodMs, type Measured, StationMemory } from './station-memory.js';

/** One quantity a station measures: its code, and where its value comes from. */
export interface StationFactor {
  readonly code: string;
  /** Name of the value in the model. */
  readonly tag: string;
  /** Digits behind the point; 2 when left out. */
  readonly decimals?: number;
}

export interface Hj212StationOptions {
  /** The upper computer it dials. */
  readonly gateway: { readonly host: string; readonly port: number };
  readonly mn: string;
  readonly factors: readonly StationFactor[];
  readonly model: DeviceModel;
  /** `22`, an air station, when left out. */
  readonly st?: string;
  readonly pw?: string;
  /** 1, that of 2017, when left out; 0 is that of 2005. */
  readonly version?: number;
  /** Asks for acknowledgements and sends again without; true when left out. */
  readonly wantsAnswers?: boolean;
  /** Longest content of one packet; longer data is split. */
  readonly contentMax?: number;
  readonly answerWithinMs?: number;
  readonly redialMs?: number;
  readonly seed?: number;
  readonly clock?: Clock;
}

/** What became of a message. */
export type Delivery = 'acknowledged' | 'unanswered' | 'offline' | 'sent' | `refused ${string}`;

const triesMax = 3;
const contentMaxDefault = 800;

/** A data logger with its instruments, of HJ 212-2017: dials in, sends what it measures, keeps it, does as it is asked. */
export class Hj212Station implements Simulator {
  readonly #options: Hj212StationOptions;
  readonly #clock: Clock;
  readonly #line: GatewayLine;
  readonly #faults: StationFaults;
  readonly #memory = new StationMemory();
  readonly #flags = new Map<string, string>();
  readonly #orders: Order[] = [];
  readonly #stopped = new AbortController();
  #offsetMs = 0;
  #lastNumber = 0;
  /** Who waits for the next order, connection or loss. */
  #waiting: (() => void)[] = [];

  constructor(options: Hj212StationOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#faults = new StationFaults(new Random(options.seed ?? 1));
    this.#line = new GatewayLine({
      ...options.gateway,
      redialMs: options.redialMs ?? 20,
      clock: this.#clock,
      ordered: (order) => this.#ordered(order),
      changed: () => this.#wake(),
    });
  }

  /** Whom it dials. */
  get address(): string {
    const { host, port } = this.#options.gateway;
    return `tcp://${host}:${port}`;
  }

  /** Everything it was told or asked so far. */
  get orders(): readonly Order[] {
    return this.#orders;
  }

  get dials(): number {
    return this.#line.dials;
  }

  get isConnected(): boolean {
    return this.#line.isConnected;
  }

  /** ms UTC as the station believes. */
  get time(): number {
    return this.#clock.utc() + this.#offsetMs;
  }

  /** Resolves when it is connected. */
  async start(): Promise<void> {
    this.#line.start();
    await this.until(() => this.#line.isConnected);
  }

  /** `half-open`: it does not react to what it is told or asked. */
  inject(fault: StationFault): void {
    this.#faults.inject(fault);
  }

  heal(): void {
    this.#faults.heal();
    this.#offsetMs = 0;
    this.#line.restore();
  }

  /** Its clock is off from now on, positive when it is ahead. */
  setOffset(ms: number): void {
    this.#offsetMs = ms;
  }

  /** Off the network until `heal`; it goes on measuring. */
  cut(): void {
    this.#line.cut();
  }

  /** The data flag of a quantity from now on; `N` is normal. */
  flag(code: string, letter: string): void {
    this.#flags.set(code, letter);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake();
    await this.#line.stop();
  }

  /** Resolves when this is true, looked at after each order, connection and loss of one; at once when the station is stopped. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue() && !this.#stopped.signal.aborted) await this.#event();
  }

  /** Sends what it measures now. */
  sendRealtime(time = this.time): Promise<Delivery> {
    return this.#send(
      '2011',
      time,
      this.#measure((value, digits) => ({ Rtd: value.toFixed(digits) })),
    );
  }

  /** Makes a record of minutes, an hour or a day that began at `time`, keeps it, and sends it when it is connected. */
  async sendRecord(kind: KeptKind, time: number): Promise<Delivery> {
    const hours = keptPeriodMs[kind] / 3_600_000;
    const measured = this.#measure((value, digits) => ({
      Avg: value.toFixed(digits),
      Min: (value * 0.9).toFixed(digits),
      Max: (value * 1.1).toFixed(digits),
      Cou: (value * hours).toFixed(digits),
    }));
    this.#memory.keep(kind, { time, measured });
    return await this.#send(kind, time, measured);
  }

  /** A notice: it wants its clock set. */
  askForClock(): Promise<Delivery> {
    return this.#deliver('1013', [''], true);
  }

  /** Any message, by command and content. */
  sendContent(command: string, content: string): Promise<Delivery> {
    return this.#deliver(command, [content], true);
  }

  /** Bytes as they are. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    await this.#line.send([Buffer.from(bytes)]);
  }

  #measure(fields: (value: number, digits: number) => Readonly<Record<string, string>>): Measured {
    const { factors, model } = this.#options;
    return Object.fromEntries(
      factors.map(({ code, tag, decimals = 2 }) => [
        code,
        { ...fields(Number(model.values[tag]), decimals), Flag: this.#flags.get(code) ?? 'N' },
      ]),
    );
  }

  #send(command: string, time: number, measured: Measured): Promise<Delivery> {
    return this.#deliver(command, this.#contents(time, measured), this.#options.wantsAnswers ?? true);
  }

  /** One content a packet. */
  #contents(time: number, measured: Measured): string[] {
    const head = `DataTime=${localSecond(time)}`;
    const contents = [head];
    for (const [code, fields] of Object.entries(measured)) {
      const group = Object.entries(fields).map(([key, value]) => `${code}-${key}=${value}`);
      const text = `;${group.join(',')}`;
      const last = contents.at(-1) as string;
      const isFull = last !== head && last.length + text.length > (this.#options.contentMax ?? contentMaxDefault);
      if (isFull) contents.push(head + text);
      else contents[contents.length - 1] = last + text;
    }
    return contents;
  }

  async #deliver(command: string, contents: readonly string[], wantsAnswer: boolean): Promise<Delivery> {
    const qn = this.#number();
    let delivery: Delivery = 'sent';
    for (const [n, content] of contents.entries()) {
      const packet = contents.length > 1 ? { number: n + 1, of: contents.length } : undefined;
      delivery = await this.#deliverPacket(this.#message(qn, command, content, wantsAnswer, packet), qn, wantsAnswer);
      if (delivery !== 'acknowledged' && delivery !== 'sent') return delivery;
    }
    return delivery;
  }

  async #deliverPacket(message: string, qn: string, wantsAnswer: boolean): Promise<Delivery> {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const heardBefore = this.#orders.length;
      if (!this.#line.isConnected) return 'offline';
      await this.#transmit(message);
      if (!wantsAnswer) return 'sent';
      const answer = await this.#answerTo(qn, heardBefore);
      if (answer?.cn === '9011') return `refused ${answer.parameters['QnRtn']}`;
      if (answer) return 'acknowledged';
    }
    return this.#line.isConnected ? 'unanswered' : 'offline';
  }

  /** The first answer to a message among what came since; undefined when its time is over. */
  async #answerTo(qn: string, heardBefore: number): Promise<Order | undefined> {
    const answers = ['9011', '9013', '9014'];
    const over = this.#clock.monotonic() + (this.#options.answerWithinMs ?? 300);
    for (;;) {
      const found = this.#orders.slice(heardBefore).find((order) => order.qn === qn && answers.includes(order.cn));
      const leftMs = over - this.#clock.monotonic();
      if (found || leftMs <= 0 || this.#stopped.signal.aborted) return found;
      await this.#event(leftMs);
    }
  }

  async #transmit(message: string): Promise<void> {
    const state = (): Buffer =>
      packed(this.#message(this.#number(), '2021', `DataTime=${localSecond(this.time)};SB1-RS=1`, false));
    const { writes, breaks } = this.#faults.wire(packed(message), state);
    await this.#line.send(writes);
    if (breaks) this.#line.break();
  }

  #message(
    qn: string,
    command: string,
    content: string,
    wantsAnswer: boolean,
    packet?: { readonly number: number; readonly of: number },
  ): string {
    const { st = '22', pw = '123456', mn, version = 1 } = this.#options;
    const flag = version * 4 + (packet ? 2 : 0) + (wantsAnswer ? 1 : 0);
    const numbers = packet ? `PNUM=${packet.of};PNO=${packet.number};` : '';
    const system = command.startsWith('9') ? '91' : st;
    return `QN=${qn};ST=${system};CN=${command};PW=${pw};MN=${mn};Flag=${flag};${numbers}CP=&&${content}&&`;
  }

  #ordered(order: Order): void {
    this.#orders.push(order);
    if (!this.#faults.isDeaf && !order.cn.startsWith('9')) void this.#carryOut(order);
    this.#wake();
  }

  async #carryOut({ qn, cn, pw, parameters }: Order): Promise<void> {
    const reply = (command: string, content: string): Promise<void> =>
      this.#transmit(this.#message(qn, command, content, false));
    if (pw !== (this.#options.pw ?? '123456')) return await reply('9011', 'QnRtn=3');
    if (cn !== '1012' && !isKept(cn)) return await reply('9011', 'QnRtn=8');
    await reply('9011', 'QnRtn=1');
    if (cn === '1012') {
      this.#offsetMs = utcFrom(parameters['SystemTime'] ?? '') - this.#clock.utc();
      return await reply('9012', 'ExeRtn=1');
    }
    const [from, to] = [utcFrom(parameters['BeginTime'] ?? ''), utcFrom(parameters['EndTime'] ?? '')];
    const records = this.#memory.between(cn, from, to);
    for (const { time, measured } of records) {
      for (const content of this.#contents(time, measured)) await reply(cn, content);
    }
    await reply('9012', records.length > 0 ? 'ExeRtn=1' : 'ExeRtn=100');
  }

  /** A number no other message of it has. */
  #number(): string {
    this.#lastNumber = Math.max(Math.floor(this.time), this.#lastNumber + 1);
    if (this.#lastNumber - this.time > 60_000) this.#lastNumber = Math.floor(this.time);
    return localStamp(this.#lastNumber);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Resolves at the next order, connection or loss, or after so long. */
  async #event(withinMs?: number): Promise<void> {
    const happened = new AbortController();
    this.#waiting.push(() => happened.abort());
    await this.#clock.wait(withinMs ?? 60_000, AbortSignal.any([happened.signal, this.#stopped.signal]));
  }
}
