import { timingSafeEqual } from 'node:crypto';
import { covers } from './topic-filter.js';
import { tokenHash } from './users-file.js';

/** A device that speaks to the embedded broker, and what it may say and hear there. */
export interface BrokerDevice {
  readonly name: string;
  readonly password: string;
  /** Topic filters. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Retained messages of one device, and their bytes: they stay in memory for as long as the broker runs. */
export const retainedMax = 1000;
const retainedBytesMax = 4 * 2 ** 20;

/** What one device is allowed, and what it has used of it. */
export class DevicePass {
  readonly name: string;
  readonly #hash: Buffer;
  readonly #publish: readonly string[];
  readonly #subscribe: readonly string[];
  /** Bytes by topic. */
  readonly #retained = new Map<string, number>();
  #retainedBytes = 0;

  constructor({ name, password, publish, subscribe }: BrokerDevice) {
    this.name = name;
    this.#hash = tokenHash(password);
    this.#publish = publish;
    this.#subscribe = subscribe;
  }

  isTheirs(password: string): boolean {
    return timingSafeEqual(tokenHash(password), this.#hash);
  }

  mayPublish(topic: string): boolean {
    return this.#publish.some((filter) => covers(filter, topic));
  }

  maySubscribe(filter: string): boolean {
    return this.#subscribe.some((one) => covers(one, filter));
  }

  /** Whether one more message may stay; an empty one takes away what its topic had. */
  mayRetain(topic: string, bytes: number): boolean {
    const before = this.#retained.get(topic);
    const sum = this.#retainedBytes - (before ?? 0) + bytes;
    if (bytes > 0 && (sum > retainedBytesMax || (before === undefined && this.#retained.size >= retainedMax)))
      return false;
    if (bytes > 0) this.#retained.set(topic, bytes);
    else this.#retained.delete(topic);
    this.#retainedBytes = sum;
    return true;
  }
}
