import type { IClientOptions, MqttClient } from 'mqtt';
import type { Fault } from '../../gateway/contract/index.js';
import { FaultSet } from '../faults.js';
import { Random } from '../random.js';

/** A publisher whose messages meet faults on their way; what is dropped is lost without a word. */
export class MqttPublisher {
  readonly #url: string;
  readonly #random: Random;
  readonly #faults: FaultSet;
  #client: MqttClient | undefined;

  constructor(url: string, seed: number) {
    this.#url = url;
    this.#random = new Random(seed);
    this.#faults = new FaultSet(this.#random);
  }

  async open(options: IClientOptions): Promise<MqttClient> {
    const { connectAsync } = await import('mqtt');
    const client = await connectAsync(this.#url, { reconnectPeriod: 0, ...options });
    client.on('error', () => undefined);
    this.#client = client;
    return client;
  }

  inject(fault: Fault): void {
    this.#faults.inject(fault);
  }

  heal(): void {
    this.#faults.heal();
  }

  isDead(unit: number): boolean {
    return this.#faults.isDead(unit);
  }

  /** Resolves when it has left, or met what makes it leave differently. */
  async publish(topic: string, payload: Buffer, qos: 0 | 1, retain = false): Promise<void> {
    const client = this.#client;
    if (!client?.connected || this.#faults.halfOpen) return;
    const kind = this.#faults.throwForReply()?.kind;
    if (kind === 'dropped') return;
    await client.publishAsync(topic, this.#damaged(kind, payload), { qos, retain });
    if (kind === 'duplicated') await client.publishAsync(topic, payload, { qos, retain });
  }

  /** Ends the connection in order, or like a pulled plug, so that the broker says the last will. */
  async close(isOrderly: boolean): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    if (isOrderly) await client.endAsync();
    else client.stream.destroy();
    await client.endAsync(true);
  }

  #damaged(kind: Fault['kind'] | undefined, payload: Buffer): Buffer {
    if (kind === 'truncated') return payload.subarray(0, this.#random.whole(0, payload.length - 1));
    if (kind === 'garbage') return this.#random.bytes(this.#random.whole(1, 60));
    return payload;
  }
}
