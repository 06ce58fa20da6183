import {
  type Clock,
  type Counting,
  type DriverContext,
  type LinkTables,
  type Log,
  NotConnected,
  type Probeable,
  type SubscribedDriver,
  type Text,
  type Told,
} from '../../gateway/contract/index.js';
import { formatBrokerAddress } from './broker/broker-address.js';
import { type BrokerMessage, BrokerSession } from './broker/broker-session.js';
import type { BrokerSettings } from './broker/broker-settings.js';
import type { Listener } from './listener.js';

/** Bytes of payload kept of what comes before the subscription stands; beyond it the oldest are given up, and counted. */
const heldBytesMax = 32 * 2 ** 20;
/** Topics whose troubles are remembered, so that each is logged once. */
const notedMax = 1000;
/** ms a probe listens. */
const probeMs = 5000;
/** Messages a probe looks at. */
const probeMessagesMax = 1000;

/** One link to a broker. What the messages mean is the listener's. */
export class MqttDriver implements SubscribedDriver, Counting, Probeable {
  readonly #name: string;
  readonly #settings: BrokerSettings;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #secret: DriverContext['secret'];
  readonly #listener: Listener;
  #session: BrokerSession | undefined;
  /** What came since the connection was made, while nobody is told yet. */
  #held: BrokerMessage[] | undefined;
  #heldBytes = 0;
  /** None of the held ones was given up. */
  #isHeldWhole = true;
  /** Resolves with what becomes of the held ones, once they are told. */
  #heldKept: Promise<void> | undefined;
  #tellHeld: (kept: Promise<void>) => void = () => undefined;
  #told: Told | undefined;
  #lostBefore: NotConnected | undefined;
  #counters = { messages: 0, bytes: 0, empty: 0, failed: 0, givenUp: 0 };
  readonly #noted = new Set<string>();
  #tooLongBefore = 0;

  constructor(
    name: string,
    settings: BrokerSettings,
    listener: Listener,
    context: Pick<DriverContext, 'clock' | 'log' | 'secret'>,
  ) {
    this.#name = name;
    this.#settings = settings;
    this.#listener = listener;
    this.#clock = context.clock;
    this.#log = context.log;
    this.#secret = context.secret;
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.close();
    this.#held = [];
    this.#heldBytes = 0;
    this.#isHeldWhole = true;
    this.#session = await BrokerSession.open(
      {
        settings: this.#settings,
        clientId: this.#clientId,
        isPersistent: this.#settings.session === 'persistent',
        will: this.#listener.will(),
        clock: this.#clock,
        secret: this.#secret,
        message: (message) => this.#take(message),
        kept: () => this.#kept(),
        lost: (error) => this.#lose(error),
      },
      signal,
    );
  }

  async subscribe(tables: LinkTables, told: Told, signal: AbortSignal): Promise<void> {
    const session = this.#session;
    if (!session) throw this.#lostBefore ?? new NotConnected(`no connection to ${this.#where}: it was not opened yet`);
    await session.subscribe(this.#listener.filters, this.#listener.qos, signal);
    if (this.#lostBefore) throw this.#lostBefore;
    // Whoever awaits this goes on before the first message is told.
    process.nextTick(() => {
      if (this.#session === session) this.#begin(session, tables, told);
      else if (this.#lostBefore) told.lost(this.#lostBefore);
    });
  }

  /** Listens for a while and says what came. A link that is open is left alone: a second client hears for it. */
  async probe(signal: AbortSignal): Promise<Text> {
    const heard: BrokerMessage[] = [];
    const over = new AbortController();
    let lost: NotConnected | undefined;
    const session = await BrokerSession.open(
      {
        settings: this.#settings,
        clientId: `${this.#clientId}-probe`,
        isPersistent: false,
        clock: this.#clock,
        secret: this.#secret,
        message: (message) => {
          heard.push(message);
          if (heard.length >= probeMessagesMax) over.abort();
        },
        kept: () => Promise.resolve(),
        lost: (error) => {
          lost = error;
          over.abort();
        },
      },
      signal,
    );
    try {
      await session.subscribe(this.#listener.filters, this.#listener.qos, signal);
      await this.#clock.wait(probeMs, AbortSignal.any([signal, over.signal]));
      signal.throwIfAborted();
    } finally {
      await session.close();
    }
    if (lost) throw lost;
    return probeText(this.#where, this.#listener.filters.length, heard.length, this.#listener.findings(heard));
  }

  counters(): Readonly<Record<string, number>> {
    const tooLong = this.#tooLongBefore + (this.#session?.tooLong ?? 0);
    return { ...this.#counters, tooLong, ...this.#listener.counters() };
  }

  async close(): Promise<void> {
    const session = this.#session;
    const isTold = this.#told !== undefined;
    this.#leave();
    this.#lostBefore = undefined;
    await this.#listener.end();
    const farewell = isTold ? this.#listener.farewell() : undefined;
    if (farewell) session?.publish(farewell);
    await session?.close();
  }

  #begin(session: BrokerSession, tables: LinkTables, told: Told): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    this.#told = told;
    this.#listener.begin(tables, told, session);
    for (const message of held) this.#hear(message);
    if (this.#heldKept)
      this.#tellHeld(this.#isHeldWhole ? told.kept() : Promise.reject(new Error('more came than is held')));
  }

  /** Resolves when what came is on disk. */
  #kept(): Promise<void> {
    if (this.#told) return this.#told.kept();
    this.#heldKept ??= new Promise((resolve) => {
      this.#tellHeld = resolve;
    });
    return this.#heldKept;
  }

  #take(message: BrokerMessage): void {
    this.#counters.messages += 1;
    this.#counters.bytes += message.payload.length;
    if (message.isTooLong) this.#noteTooLong(message.topic);
    else if (message.payload.length === 0) {
      // Nothing is said by it: so is a retained topic cleared.
      this.#counters.empty += 1;
      return;
    }
    if (this.#told) {
      this.#hear(message);
      return;
    }
    if (!this.#held) return;
    this.#held.push(message);
    this.#heldBytes += message.payload.length;
    while (this.#heldBytes > heldBytesMax) {
      this.#heldBytes -= this.#held.shift()?.payload.length ?? 0;
      this.#counters.givenUp += 1;
      this.#isHeldWhole = false;
    }
  }

  /** What one message does to us must not end the connection, which would bring it again. */
  #hear(message: BrokerMessage): void {
    try {
      if (message.isTooLong) this.#listener.missed(message.topic);
      else this.#listener.hear(message);
    } catch (error) {
      this.#counters.failed += 1;
      if (this.#isNews('failed', message.topic)) {
        this.#log.error(
          { topic: message.topic, bytes: message.payload.length, error },
          'MQTT message cannot be dealt with',
        );
      }
    }
  }

  #noteTooLong(topic: string): void {
    if (!this.#isNews('too long', topic)) return;
    const { payloadMax } = this.#settings;
    this.#log.warn({ topic, payloadMax }, 'MQTT message is longer than `payloadMax` and not taken');
  }

  #isNews(what: string, topic: string): boolean {
    const key = `${what} ${topic}`;
    if (this.#noted.has(key) || this.#noted.size >= notedMax) return false;
    this.#noted.add(key);
    return true;
  }

  #lose(error: NotConnected): void {
    const told = this.#told;
    this.#leave();
    this.#lostBefore = error;
    // The listener's timers end on the way; it tells nothing any more.
    void this.#listener.end();
    told?.lost(error);
  }

  #leave(): void {
    this.#tooLongBefore += this.#session?.tooLong ?? 0;
    this.#session = undefined;
    this.#told = undefined;
    this.#held = undefined;
    this.#heldKept = undefined;
    this.#tellHeld = () => undefined;
  }

  get #clientId(): string {
    return this.#settings.clientId ?? `sluice-${this.#name}`;
  }

  get #where(): string {
    return formatBrokerAddress(this.#settings.broker);
  }
}

function probeText(where: string, filters: number, count: number, findings: readonly Text[]): Text {
  const seconds = probeMs / 1000;
  const en = `${where} takes us, ${filters} topics subscribed to; ${count} messages within ${seconds} s`;
  const zh = `${where} 已接受连接，订阅 ${filters} 个主题；${seconds} s 内收到 ${count} 条消息`;
  return {
    en: [en, ...findings.map((one) => one.en)].join('\n'),
    zh: [zh, ...findings.map((one) => one.zh)].join('\n'),
  };
}
