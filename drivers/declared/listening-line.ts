import { DeviceFault, NotConnected, Quality } from '../../gateway/contract/index.js';
import {
  type ByteLine,
  byteLine,
  type ByteLineOptions,
  type ByteStream,
  formatStreamAddress,
} from '../streams/index.js';
import type { Arrival, DeclaredMessage } from './declared-message.js';
import { MessageCollector } from './message-collector.js';
import type { Heard, MessageLine, Receipt } from './message-line.js';

export interface ListeningLineOptions extends ByteLineOptions {
  readonly messages: readonly DeclaredMessage[];
  readonly heard: Heard;
}

/** What was heard of one message since the line was opened. */
interface Ear {
  readonly collector: MessageCollector;
  newest: Arrival | undefined;
  /** When it came last, or the line was opened. */
  lastMs: number;
  /** Who has read the newest. */
  readonly readers: Set<string>;
}

/** What had been heard when a read began. */
interface HeardSoFar {
  readonly bytes: number;
  readonly damaged: number;
}

const hints = {
  nothing: 'nothing came at all: check wiring, A and B, speed, and that the instrument sends by itself',
  damaged: 'what came was damaged: check speed and parity, and the declared checksum',
  other: 'what came is no such message: compare its declaration with what the instrument sends',
} as const;

/**
 * Messages of instruments that send by themselves: of each kind the newest whole one is kept. One read gives what is
 * new, and waits, for at most `maxAge`, only while nothing is; a message that has not come again is left out as long as
 * its last is no older than `maxAge`, and is no answer after that. So a message is read once, also where the poll is
 * quicker than the instrument: counted twice, a total would lie. Messages between two reads are passed over, so a
 * counter has to be one that runs on.
 */
export class ListeningLine implements MessageLine {
  readonly #options: ListeningLineOptions;
  readonly #line: ByteLine;
  #ears = new Map<DeclaredMessage, Ear>();
  #stream: ByteStream | undefined;
  #lostWhy = 'it was not opened yet';
  #wake: () => void = () => undefined;
  #counters = { bytes: 0, messages: 0, unread: 0 };
  #damagedBefore = 0;

  constructor(options: ListeningLineOptions) {
    this.#options = options;
    this.#line = byteLine(options);
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.#hangUp();
    const { messages, clock } = this.#options;
    const lastMs = clock.monotonic();
    this.#damagedBefore += this.#damaged();
    this.#ears = new Map(
      messages.map((message) => [
        message,
        { collector: new MessageCollector(message.format), newest: undefined, lastMs, readers: new Set() },
      ]),
    );
    let opened: ByteStream | undefined;
    let lostEarly: string | undefined;
    const events = {
      received: (bytes: Uint8Array) => this.#hear(bytes),
      lost: (why: string) => {
        if (opened && this.#stream === opened) this.#lose(why);
        else lostEarly = why;
      },
    };
    opened = await this.#line.open(events, signal);
    if (lostEarly !== undefined) throw this.#notConnected(lostEarly);
    this.#stream = opened;
  }

  async receive(messages: readonly DeclaredMessage[], reader: string, signal: AbortSignal): Promise<Receipt> {
    const waitMs = Math.max(0, ...messages.map(({ maxAgeMs }) => maxAgeMs));
    const before = { bytes: this.#counters.bytes, damaged: this.#damaged() };
    let isOver = false;
    const ended = new AbortController();
    const end = (): void => ended.abort();
    signal.addEventListener('abort', end, { once: true });
    const timeOut = this.#options.clock.wait(waitMs, ended.signal).then(() => {
      isOver = true;
      this.#wake();
    });
    try {
      for (;;) {
        signal.throwIfAborted();
        const receipt = this.#receiptOf(messages, reader);
        if ([...receipt.values()].some((one) => !(one instanceof DeviceFault))) return receipt;
        if (isOver) return await this.#silence(messages, before);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener('abort', end);
      ended.abort();
      await timeOut;
    }
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters, damaged: this.#damagedBefore + this.#damaged(), ...this.#line.counters() };
  }

  async close(): Promise<void> {
    await this.#hangUp();
    await this.#line.close();
  }

  async #hangUp(): Promise<void> {
    const stream = this.#stream;
    this.#lose('it was closed');
    await stream?.close();
  }

  #hear(bytes: Uint8Array): void {
    const { clock, heard } = this.#options;
    const atMs = clock.monotonic();
    this.#counters.bytes += bytes.length;
    let isNew = false;
    for (const [message, ear] of this.#ears) {
      for (const collected of ear.collector.push(bytes)) {
        const arrival = { ...collected, atMs };
        if (ear.newest && ear.readers.size === 0) this.#counters.unread += 1;
        ear.newest = arrival;
        ear.lastMs = atMs;
        ear.readers.clear();
        this.#counters.messages += 1;
        heard(message, arrival);
        isNew = true;
      }
    }
    if (isNew) this.#wake();
  }

  #receiptOf(messages: readonly DeclaredMessage[], reader: string): Map<DeclaredMessage, Arrival | DeviceFault> {
    if (!this.#stream) throw this.#notConnected(this.#lostWhy);
    const now = this.#options.clock.monotonic();
    const receipt = new Map<DeclaredMessage, Arrival | DeviceFault>();
    for (const message of messages) {
      const ear = this.#ears.get(message) as Ear;
      const isOld = now - ear.lastMs >= message.maxAgeMs;
      if (isOld) receipt.set(message, this.#noAnswer(message, 'other'));
      else if (ear.newest && !ear.readers.has(reader)) {
        receipt.set(message, ear.newest);
        ear.readers.add(reader);
      }
    }
    return receipt;
  }

  /** Nothing new came for as long as was waited. */
  async #silence(messages: readonly DeclaredMessage[], before: HeardSoFar): Promise<Receipt> {
    const stream = this.#stream;
    if (await stream?.isGone()) {
      this.#lose('the port is gone; check the plug');
      await stream?.close();
      throw this.#notConnected(this.#lostWhy);
    }
    if (this.#damaged() > before.damaged) return this.#faults(messages, 'damaged');
    return this.#faults(messages, this.#counters.bytes > before.bytes ? 'other' : 'nothing');
  }

  #faults(messages: readonly DeclaredMessage[], came: keyof typeof hints): Receipt {
    return new Map(messages.map((message) => [message, this.#noAnswer(message, came)]));
  }

  #noAnswer({ device, name, maxAgeMs }: DeclaredMessage, came: keyof typeof hints): DeviceFault {
    const where = `${formatStreamAddress(this.#options.address)}: no message ${name} of ${device} within ${maxAgeMs} ms`;
    const quality = came === 'damaged' ? Quality['bad-frame'] : Quality['bad-no-answer'];
    return new DeviceFault(`${where}; ${hints[came]}`, quality, { answered: false });
  }

  #damaged(): number {
    return [...this.#ears.values()].reduce((sum, { collector }) => sum + collector.damaged, 0);
  }

  #lose(why: string): void {
    this.#stream = undefined;
    this.#lostWhy = why;
    this.#wake();
  }

  #notConnected(why: string): NotConnected {
    return new NotConnected(`no connection to ${formatStreamAddress(this.#options.address)}: ${why}`);
  }
}
