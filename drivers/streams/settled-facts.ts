import type { DriverContext, Json } from '../../gateway/contract/index.js';

/**
 * How long facts wait for newer ones, so that a busy station does not fill the journal with them. What a power cut takes
 * meanwhile is told twice, when the station sends it again.
 */
const settleMs = 30_000;

/** Facts of one device, noted when what they speak of is on disk and learned later, as they are then. */
export class SettledFacts {
  readonly #device: string;
  readonly #context: DriverContext;
  #waiting: (() => Json) | undefined;
  #closing = new AbortController();
  #settling: Promise<void> | undefined;

  constructor(device: string, context: DriverContext) {
    this.#device = device;
    this.#context = context;
  }

  /** Learned 30 s from now, or up to 60 s when others wait. */
  note(facts: () => Json): void {
    this.#waiting = facts;
    this.#settling ??= this.#settle();
  }

  /** Learns at once what waits. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#settling;
    this.#closing = new AbortController();
  }

  async #settle(): Promise<void> {
    const { clock, learned, log } = this.#context;
    try {
      while (this.#waiting !== undefined) {
        const facts = this.#waiting;
        this.#waiting = undefined;
        await clock.wait(settleMs, this.#closing.signal);
        learned.set(this.#device, facts());
      }
    } catch (error) {
      log.warn({ device: this.#device, error }, 'cannot keep what a station has sent; it may be told again');
    } finally {
      this.#settling = undefined;
    }
  }
}
