import type { Clock, Log, NotConnected } from '../../../gateway/contract/index.js';
import type { LineSettings } from '../../streams/index.js';
import { resolveLink } from '../link-schema.js';
import { Eavesdropper, type EavesdropperOptions } from './eavesdropper.js';
import type { Heard } from './heard.js';
import { ListeningLine } from './listening-line.js';

/** Silence that parts frames: longer than adapters, serial servers and wireless networks pause within one. */
const breakMs = { serial: 100, tcp: 500, 'tcp-listen': 2000 } as const;
/** No master known asks again sooner than this after a request that was not answered. */
const askAgainMs = 100;

/** A line to listen to; `timeout` and `lateness` are those of the link. */
export interface ListenSettings extends LineSettings {
  readonly framing: 'rtu' | 'ascii';
  readonly timeout?: number | undefined;
  readonly lateness?: number | undefined;
}

/** How a line with these settings is understood. */
export function eavesdropperFor(settings: ListenSettings): EavesdropperOptions {
  const { latenessMs, timeoutMs } = resolveLink(settings);
  const { framing, address } = settings;
  return { framing, breakMs: breakMs[address.kind], askAgainMs: Math.min(askAgainMs, timeoutMs), latenessMs };
}

export interface BusEarEvents {
  heard(heard: readonly Heard[]): void;
  /** The line is gone; nothing is told after it. Not called after `close`. */
  lost(error: NotConnected): void;
}

/** The transcript of a line as it comes; nothing is sent. */
export class BusEar {
  readonly #settings: ListenSettings;
  readonly #clock: Clock;
  readonly #line: ListeningLine;
  readonly #events: BusEarEvents;
  #ear: Eavesdropper;
  #bytes = 0;
  #isClosing = true;
  #deciding: Promise<void> = Promise.resolve();
  /** Ends the wait under way, which would last until `#wakesAtMs`. */
  #wake = new AbortController();
  #wakesAtMs = Number.POSITIVE_INFINITY;

  constructor(settings: ListenSettings, events: BusEarEvents, { clock, log }: { clock: Clock; log: Log }) {
    this.#settings = settings;
    this.#events = events;
    this.#clock = clock;
    this.#ear = new Eavesdropper(eavesdropperFor(settings));
    const lineEvents = {
      received: (bytes: Uint8Array, atMs: number) => this.#receive(bytes, atMs),
      lost: (error: NotConnected) => {
        this.#stop();
        this.#events.lost(error);
      },
    };
    this.#line = new ListeningLine(settings, lineEvents, { clock, log });
  }

  /** When the last byte arrived, monotonic ms. */
  get heardMs(): number {
    return this.#line.heardMs;
  }

  /** Bytes heard in all. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Opens the line, anew when it is open. Rejects with `NotConnected`, or with the reason of `signal`. */
  async open(signal: AbortSignal): Promise<void> {
    await this.#end();
    this.#ear = new Eavesdropper(eavesdropperFor(this.#settings));
    await this.#line.open(signal);
    this.#isClosing = false;
    this.#deciding = this.#decide();
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

  #receive(bytes: Uint8Array, atMs: number): void {
    this.#bytes += bytes.length;
    this.#tell(this.#ear.hear(bytes, atMs));
    if (this.#ear.dueMs < this.#wakesAtMs) this.#wake.abort();
  }

  #tell(heard: readonly Heard[]): void {
    if (heard.length > 0) this.#events.heard(heard);
  }

  /** Waits, as long as the line is open, for what silence decides. */
  async #decide(): Promise<void> {
    while (!this.#isClosing) {
      this.#wake = new AbortController();
      this.#wakesAtMs = this.#ear.dueMs;
      const waitMs = Math.max(1, Math.min(this.#wakesAtMs - this.#clock.monotonic(), longestWaitMs));
      await this.#clock.wait(waitMs, this.#wake.signal);
      if (!this.#isClosing) this.#tell(this.#ear.pass(this.#clock.monotonic()));
    }
  }

  #stop(): void {
    this.#isClosing = true;
    this.#wake.abort();
  }

  async #end(): Promise<void> {
    this.#stop();
    await this.#deciding;
  }
}

/** A timer of Node holds 2^31 ms. */
const longestWaitMs = 2 ** 31 - 1;
