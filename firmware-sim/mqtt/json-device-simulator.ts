import type { Clock, DeviceModel, Fault, Simulator } from '../../gateway/contract/index.js';
import { systemClock } from '../system-clock.js';
import { MqttPublisher } from './mqtt-publisher.js';

export interface JsonDeviceOptions {
  /** The broker: `mqtt://127.0.0.1:1883`. */
  readonly broker: string;
  readonly topic: string;
  readonly model: DeviceModel;
  /** ms between messages; without it nothing is said but by `say`. */
  readonly everyMs?: number;
  /** The message; `{ time, … values }` unless given. */
  readonly write?: (values: DeviceModel['values'], time: number) => string;
  readonly retain?: boolean;
  /** Topic of `online`, and of `offline` as its last will. */
  readonly availability?: string;
  readonly seed?: number;
  readonly clock?: Clock;
}

/** An instrument that publishes its values as JSON. */
export class JsonDeviceSimulator implements Simulator {
  readonly #options: JsonDeviceOptions;
  readonly #publisher: MqttPublisher;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: JsonDeviceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#publisher = new MqttPublisher(options.broker, options.seed ?? 1);
  }

  get address(): string {
    return this.#options.broker;
  }

  async start(): Promise<void> {
    const { availability } = this.#options;
    const will = availability && {
      topic: availability,
      payload: Buffer.from('offline'),
      qos: 1 as const,
      retain: true,
    };
    await this.#publisher.open(will ? { will } : {});
    if (availability) await this.#publisher.publish(availability, Buffer.from('online'), 1, true);
    this.#running = this.#run();
  }

  /** Says its values once. `dead`, of any unit, is silence. */
  async say(): Promise<void> {
    const { topic, model, retain = false, write = plain } = this.#options;
    const message = Buffer.from(write(model.values, this.#clock.utc()));
    if (!this.#publisher.isDead(1)) await this.#publisher.publish(topic, message, 1, retain);
  }

  inject(fault: Fault): void {
    this.#publisher.inject(fault);
  }

  heal(): void {
    this.#publisher.heal();
  }

  /** Its power fails. */
  async crash(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    await this.#publisher.close(false);
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    await this.#publisher.close(true);
  }

  async #run(): Promise<void> {
    const { everyMs, model } = this.#options;
    if (everyMs === undefined) return;
    while (!this.#ended.signal.aborted) {
      await this.say();
      await this.#clock.wait(everyMs, this.#ended.signal);
      model.advance(everyMs);
    }
  }
}

const plain = (values: DeviceModel['values'], time: number): string => JSON.stringify({ time, ...values });
