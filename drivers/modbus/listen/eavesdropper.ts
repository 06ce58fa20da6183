import { AsciiCutter } from './ascii-cutter.js';
import type { Cutter } from './cutter.js';
import type { Heard } from './heard.js';
import { Pairing, type PairingOptions } from './pairing.js';
import { RtuCutter } from './rtu-cutter.js';

export interface EavesdropperOptions extends PairingOptions {
  readonly framing: 'rtu' | 'ascii';
  /** Silence after which no frame goes on, ms: longer than any pause an adapter makes within one. */
  readonly breakMs: number;
}

/**
 * Makes the transcript of a bus out of its bytes: requests of another master, replies, exceptions, damage. Pure: the
 * same bytes at the same times give the same transcript, and how they were cut into chunks does not matter. It keeps
 * some kilobytes, however long it listens and whatever comes.
 */
export class Eavesdropper {
  readonly #cutter: Cutter;
  readonly #pairing: Pairing;
  readonly #breakMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor({ framing, breakMs, ...pairing }: EavesdropperOptions) {
    this.#cutter = framing === 'ascii' ? new AsciiCutter() : new RtuCutter();
    this.#pairing = new Pairing(pairing);
    this.#breakMs = breakMs;
  }

  /** Bytes that arrived at `atMs`, monotonic ms; never earlier than those before. */
  hear(bytes: Uint8Array, atMs: number): Heard[] {
    const before = this.pass(atMs);
    this.#cutter.add(bytes, atMs);
    this.#lastMs = atMs;
    return [...before, ...this.#cut(false)];
  }

  /**
   * Nothing has come until now. What silence decides is told in the order and with the times it was decided at, however
   * late this is called.
   */
  pass(nowMs: number): Heard[] {
    const heard: Heard[] = [];
    while (this.dueMs <= nowMs) {
      if (this.#breakDueMs <= this.#pairing.dueMs) heard.push(...this.#cut(true));
      else heard.push(...this.#pairing.giveUp());
    }
    return heard;
  }

  /** When `pass` is next to be called, monotonic ms; infinite when there is nothing to decide. */
  get dueMs(): number {
    return Math.min(this.#breakDueMs, this.#pairing.dueMs);
  }

  get #breakDueMs(): number {
    return this.#cutter.isHolding ? this.#lastMs + this.#breakMs : Number.POSITIVE_INFINITY;
  }

  #cut(isOver: boolean): Heard[] {
    const heard: Heard[] = [];
    for (;;) {
      const cut = this.#cutter.next(this.#pairing.asked, isOver);
      if (!cut) return heard;
      heard.push(...this.#pairing.take(cut));
    }
  }
}
