import { type Clock, type Log, NotConnected } from '../../../gateway/contract/index.js';
import {
  type ByteLine,
  byteLine,
  type ByteStream,
  formatStreamAddress,
  type LineSettings,
} from '../../streams/index.js';

/** A silent port is looked at this often: it may have been pulled out without a word. */
const lookMs = 5000;

export interface ListeningEvents {
  /** Bytes as they arrived, monotonic ms. */
  received(bytes: Uint8Array, atMs: number): void;
  /** The line is gone; nothing is told after it. Not called after `close`. */
  lost(error: NotConnected): void;
}

/** A line that is listened to and nothing else: this alone holds its stream, and keeps no way to write to it. */
export class ListeningLine {
  readonly #settings: LineSettings;
  readonly #clock: Clock;
  readonly #line: ByteLine;
  readonly #events: ListeningEvents;
  #stream: Pick<ByteStream, 'isGone' | 'close'> | undefined;
  #closing = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor(settings: LineSettings, events: ListeningEvents, { clock, log }: { clock: Clock; log: Log }) {
    this.#settings = settings;
    this.#events = events;
    this.#clock = clock;
    this.#line = byteLine({ ...settings, clock, log });
  }

  /** When the last byte arrived, monotonic ms. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Opens the line, anew when it is open. Rejects with `NotConnected`, or with the reason of `signal`. */
  async open(signal: AbortSignal): Promise<void> {
    await this.#end();
    this.#closing = new AbortController();
    const { signal: closing } = this.#closing;
    let lostWhy: string | undefined;
    const events = {
      received: (bytes: Uint8Array) => {
        if (closing.aborted) return;
        this.#heardMs = this.#clock.monotonic();
        this.#events.received(bytes, this.#heardMs);
      },
      lost: (why: string) => {
        lostWhy = why;
        if (this.#stream && !closing.aborted) this.#lose(why);
      },
    };
    const stream = await this.#line.open(events, signal);
    if (lostWhy !== undefined) throw this.#notConnected(lostWhy);
    this.#stream = stream;
    this.#looking = this.#look(closing);
  }

  /** Leaves no socket, port or timer behind. */
  async close(): Promise<void> {
    await this.#end();
    await this.#line.close();
  }

  /** What was seen of a DTU that dials in. */
  counters(): Readonly<Record<string, number>> {
    return this.#line.counters();
  }

  async #look(closing: AbortSignal): Promise<void> {
    while (!closing.aborted) {
      await this.#clock.wait(lookMs, closing);
      if (closing.aborted || this.#clock.monotonic() - this.#heardMs < lookMs) continue;
      if ((await this.#stream?.isGone()) && !closing.aborted) this.#lose('the port is gone; check the plug');
    }
  }

  #lose(why: string): void {
    this.#closing.abort();
    this.#events.lost(this.#notConnected(why));
  }

  async #end(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#closing.abort();
    await stream?.close();
    await this.#looking;
  }

  #notConnected(why: string): NotConnected {
    return new NotConnected(`no connection to ${formatStreamAddress(this.#settings.address)}: ${why}`);
  }
}
