import { type Clock, DeviceFault, type Log, Quality } from '../../gateway/contract/index.js';
import type { HttpDevice } from './device-body.js';
import type { DeviceTeller } from './device-teller.js';
import { ServiceFault } from './http-faults.js';
import type { LinkSettings } from './link-schema.js';
import type { PolledService } from './polled-service.js';

export interface PollingOptions {
  readonly settings: LinkSettings;
  readonly devices: readonly HttpDevice[];
  readonly service: PolledService;
  readonly teller: (device: string) => DeviceTeller;
  /** News of a device came. */
  readonly heard: (device: string) => void;
  /** Polling ended by a fault of our own. */
  readonly failed: (error: Error) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: PollCounters;
}

export interface PollCounters {
  polls: number;
  failed: number;
  unchanged: number;
  repeated: number;
  late: number;
  records: number;
  /** Values that were something else than declared. */
  wrong: number;
}

/** Asks for each device again and again. */
export class Polling {
  readonly #options: PollingOptions;
  readonly #closing = new AbortController();
  readonly #etags = new Map<string, string>();
  readonly #failing = new Set<string>();
  readonly #done: Promise<unknown>;

  constructor(options: PollingOptions) {
    this.#options = options;
    const polls = options.devices.map((device) => this.#poll(device));
    this.#done = Promise.all(polls).catch((error: unknown) => options.failed(error as Error));
  }

  /** Resolves when no request and no timer is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
    this.#options.service.close();
  }

  async #poll(device: HttpDevice): Promise<void> {
    const { clock, settings } = this.#options;
    const { signal } = this.#closing;
    for (let dueMs = clock.monotonic(); !signal.aborted; ) {
      const restMs = await this.#once(device, signal);
      const now = clock.monotonic();
      dueMs = Math.max(dueMs + settings.every, now + restMs);
      await clock.wait(dueMs - now, signal);
    }
  }

  /** Resolves to how long the service wants to be left alone at least, ms. */
  async #once(device: HttpDevice, signal: AbortSignal): Promise<number> {
    const { service, teller, heard, counters } = this.#options;
    counters.polls += 1;
    try {
      const body = await service.ask(device, this.#etags, signal);
      if (signal.aborted) return 0;
      this.#works(device);
      if (!body) {
        counters.unchanged += 1;
        if (!device.settings.time) heard(device.name);
        return 0;
      }
      const tidings = teller(device.name).tell(body, Quality['bad-configuration']);
      counters.records += tidings.records;
      counters.repeated += tidings.repeated;
      counters.late += tidings.isLate ? 1 : 0;
      counters.wrong += body.faults.length;
      if (tidings.isNews) heard(device.name);
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      if (!(error instanceof DeviceFault)) throw error;
      counters.failed += 1;
      this.#fails(device, error);
      teller(device.name).fail(error.quality);
      return error instanceof ServiceFault ? (error.waitMs ?? 0) : 0;
    }
  }

  #fails({ name: device }: HttpDevice, { message: reason }: DeviceFault): void {
    // Whole again is only what is told again: an answer that nothing changed would leave the values bad.
    this.#etags.delete(device);
    if (this.#failing.has(device)) return;
    this.#failing.add(device);
    this.#options.log.warn({ device, reason }, 'a service gives no data');
  }

  #works({ name: device }: HttpDevice): void {
    if (this.#failing.delete(device)) this.#options.log.info({ device }, 'a service gives data again');
  }
}
