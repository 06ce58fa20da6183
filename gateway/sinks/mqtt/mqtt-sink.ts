import type { IClientOptions } from 'mqtt';
import type { Batch, Sink, SinkContext, WriteOutcome } from '../../contract/index.js';
import { AlarmTopics } from './alarm-topics.js';
import type { MqttConfig } from './config.js';
import { entryMessage, frameMessage, statusTopic } from './messages.js';
import { type Publication, publishAll } from './publish.js';
import { Session } from './session.js';

/** ms the farewell may take when the gateway stops; after it the last will says the same. */
const farewellMs = 1000;

/**
 * An external MQTT broker: frames and alarms as retained state, entries as events, each at QoS 1. A write resolves when
 * every one of its messages was acknowledged. A repeated write publishes again; epoch with sequence or offset tells so.
 */
export class MqttSink implements Sink {
  readonly #config: MqttConfig;
  readonly #context: SinkContext;
  readonly #options: IClientOptions;
  readonly #statusTopic: string;
  readonly #alarms: AlarmTopics;
  #session: Session | undefined;

  constructor(name: string, config: MqttConfig, context: SinkContext) {
    const { site, epoch } = context.identity;
    this.#config = config;
    this.#context = context;
    this.#statusTopic = statusTopic(config.prefix, context.identity);
    this.#alarms = new AlarmTopics(config.prefix);
    for (const one of context.standing) this.#alarms.know(context.identity, one);
    this.#options = {
      protocolVersion: config.version === '5' ? 5 : 4,
      clientId: config.clientId ?? `sluice-${site}-${name}-${epoch.slice(0, 8)}`,
      keepalive: Math.ceil(config.keepAlive / 1000),
      connectTimeout: config.timeout,
      will: { topic: this.#statusTopic, payload: Buffer.from('offline'), qos: 1, retain: true },
      ...(config.user !== undefined && { username: config.user }),
      ...(config.password && { password: context.secret(config.password) }),
      ...(config.ca && { ca: context.secret(config.ca) }),
    };
  }

  /** A living session is left alone: the other lane may be writing on it. */
  async connect(signal: AbortSignal): Promise<void> {
    if (!this.#session?.isAlive) this.#session = await this.#open(signal);
  }

  async write(batch: Batch, signal: AbortSignal): Promise<WriteOutcome> {
    const session = this.#session;
    if (!session?.isAlive) throw new Error(`${this.#name}: not connected`);
    const publications = this.#publications(batch);
    return this.#bounded(session, signal, this.#config.timeout, () => publishAll(session, publications));
  }

  async close(): Promise<void> {
    const session = this.#session;
    if (!session?.isAlive) return;
    const farewell = { topic: this.#statusTopic, payload: 'offline', retain: true };
    const never = new AbortController().signal;
    // A broker that does not take it publishes the last will, which says the same.
    await this.#bounded(session, never, farewellMs, () => session.publish(farewell)).catch(() => undefined);
    session.end(new Error('the sink is closed'));
  }

  async #open(signal: AbortSignal): Promise<Session> {
    let session: Session;
    try {
      session = await Session.open(this.#config.url, this.#options, signal);
    } catch (cause) {
      throw this.#explained(cause);
    }
    const birth = { topic: this.#statusTopic, payload: 'online', retain: true };
    // The broker may have lost what stood. What it refuses of that it has refused before, and that was told.
    const standing = this.#alarms.standing().map((message) => ({ index: 0, message, isRecord: false }));
    try {
      await this.#bounded(session, signal, this.#config.timeout, () => session.publish(birth));
      await this.#bounded(session, signal, this.#config.timeout, () => publishAll(session, standing));
    } catch (error) {
      session.end(new Error('the birth message was not taken', { cause: error }));
      throw error;
    }
    return session;
  }

  /** What a batch is published as, in order. */
  #publications(batch: Batch): readonly Publication[] {
    const { prefix } = this.#config;
    const { identity, offsets, historical } = batch;
    if (batch.lane === 'samples') {
      return batch.records.map((frame, index) => {
        return { index, message: frameMessage(prefix, identity, frame, historical), isRecord: true };
      });
    }
    return batch.records.flatMap((entry, index) => {
      const offset = offsets[index] as number;
      const told = { index, message: entryMessage(prefix, identity, offset, entry), isRecord: true };
      if (entry.kind !== 'alarm') return told;
      const states = this.#alarms.messages(identity, offset, entry, historical);
      return [told, ...states.map((message) => ({ index, message, isRecord: false }))];
    });
  }

  /** Runs something on a session that ends with it when it takes too long or is told to stop. */
  async #bounded<T>(session: Session, signal: AbortSignal, ms: number, run: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const over = new AbortController();
    const stop = () => session.end(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    void this.#context.clock.wait(ms, over.signal).then(() => {
      if (!over.signal.aborted) session.end(new Error(`no acknowledgement within ${ms} ms`));
    });
    try {
      return await run();
    } catch (cause) {
      throw this.#explained(cause);
    } finally {
      over.abort();
      signal.removeEventListener('abort', stop);
    }
  }

  #explained(cause: unknown): Error {
    return new Error(`${this.#name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }

  get #name(): string {
    return `MQTT broker at ${this.#config.url}`;
  }
}
