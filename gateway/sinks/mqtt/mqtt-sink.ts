import type { IClientOptions } from 'mqtt';
import type { Batch, Sink, SinkContext, WriteOutcome } from '../../contract/index.js';
import type { MqttConfig } from './config.js';
import { entryMessage, frameMessage, type Message, statusTopic } from './messages.js';
import { Refused, Session } from './session.js';

type Rejected = NonNullable<WriteOutcome['rejected']>[number];

/** ms the farewell may take when the gateway stops; after it the last will says the same. */
const farewellMs = 1000;

/**
 * An external MQTT broker: frames as retained state, entries as events, each at QoS 1. A write resolves when every one
 * of its messages was acknowledged. A repeated write publishes again; epoch with sequence or offset tells so.
 */
export class MqttSink implements Sink {
  readonly #config: MqttConfig;
  readonly #context: SinkContext;
  readonly #options: IClientOptions;
  readonly #statusTopic: string;
  #session: Session | undefined;

  constructor(name: string, config: MqttConfig, context: SinkContext) {
    const { site, epoch } = context.identity;
    this.#config = config;
    this.#context = context;
    this.#statusTopic = statusTopic(config.prefix, context.identity);
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
    const rejected = await this.#bounded(session, signal, this.#config.timeout, () =>
      publishAll(session, messagesOf(this.#config.prefix, batch)),
    );
    return rejected.length > 0 ? { rejected } : {};
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
    try {
      await this.#bounded(session, signal, this.#config.timeout, () => session.publish(birth));
    } catch (error) {
      session.end(new Error('the birth message was not taken', { cause: error }));
      throw error;
    }
    return session;
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

function messagesOf(prefix: string, batch: Batch): readonly Message[] {
  const { identity, offsets, historical } = batch;
  return batch.lane === 'samples'
    ? batch.records.map((frame) => frameMessage(prefix, identity, frame, historical))
    : batch.records.map((entry, n) => entryMessage(prefix, identity, offsets[n] as number, entry));
}

/** Publishes in order, a window of them at a time. Resolves with what was refused, by index. */
async function publishAll(session: Session, messages: readonly Message[]): Promise<readonly Rejected[]> {
  const rejected: Rejected[] = [];
  let next = 0;
  const publishNext = async (): Promise<void> => {
    while (next < messages.length) {
      const index = next++;
      try {
        await session.publish(messages[index] as Message);
      } catch (error) {
        if (!(error instanceof Refused)) {
          next = messages.length;
          throw error;
        }
        rejected.push({ index, reason: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(session.window, messages.length) }, publishNext));
  return rejected.sort((a, b) => a.index - b.index);
}
