import type { Clock } from '../../gateway/contract/index.js';
import type { FaultSet, ReplyFault } from '../faults.js';
import type { Random } from '../random.js';
import type { Answer } from './answer.js';
import type { Channel } from './channel.js';
import { damage, type FramedAnswer } from './damage.js';
import type { Framing } from './framing.js';
import type { Medium } from './medium.js';
import { transmissionMs, turnaroundMs, type WireSpec } from './wire-time.js';

/**
 * What a unit does when asked while an answer is still due: `queueing` answers everything, one after the other;
 * `dropping` forgets what was due.
 */
export type SlaveKind = 'queueing' | 'dropping';

/** One answer to be sent. */
export interface Reply extends FramedAnswer {
  readonly exchange: number;
  readonly channel: Channel;
  readonly answer: Answer & { readonly counter?: number };
  /** When the request's last byte had passed. */
  readonly requestEndMs: number;
  readonly fault?: ReplyFault;
}

/** What became of a reply. */
export interface Outcome {
  readonly reply: Reply;
  readonly endMs: number;
  readonly isWhole: boolean;
  readonly sent: boolean;
  readonly fault?: string;
}

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly framing: Framing;
  readonly wire: WireSpec | undefined;
  readonly medium: Medium;
  readonly slave: SlaveKind;
  readonly faults: FaultSet;
  readonly random: Random;
  /** Told before the bytes are written. */
  readonly settled: (outcome: Outcome) => void;
}

/** What one unit is busy with. */
interface Desk {
  busyUntilMs: number;
  pending: AbortController | undefined;
}

/** An answer held back to leave together with the next one. */
interface Held {
  readonly reply: Reply;
  readonly endMs: number;
  readonly ends: AbortController;
}

/** How long a merged answer waits for another to leave with; then it takes noise along instead. */
const mergeWithinMs = 10;

/** Sends answers when they are due: the units' own time, the wire's time, and what faults make of both. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #desks = new Map<number, Desk>();
  readonly #held = new Map<Channel, Held>();
  readonly #waits = new Set<AbortController>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Sends at once what is due at once, before it returns. */
  send(reply: Reply): void {
    const desk = this.#deskOf(reply.unit);
    if (this.#options.slave === 'dropping') desk.pending?.abort('superseded');
    if (reply.fault?.kind === 'dropped') {
      this.#withhold(reply, 'dropped');
      return;
    }
    const readyMs = this.#readyMs(reply, desk);
    desk.busyUntilMs = readyMs;
    this.#after(readyMs, desk, reply, () => this.#transmit(reply, readyMs));
  }

  /** Forgets everything still due. */
  stop(): void {
    for (const wait of this.#waits) wait.abort('stopped');
    this.#held.clear();
  }

  #deskOf(unit: number): Desk {
    let desk = this.#desks.get(unit);
    if (!desk) {
      desk = { busyUntilMs: 0, pending: undefined };
      this.#desks.set(unit, desk);
    }
    return desk;
  }

  /** A late answer's delay runs from the request's last byte to its own last one. */
  #readyMs(reply: Reply, desk: Desk): number {
    const { wire, slave, faults, random } = this.#options;
    const beginsMs = slave === 'queueing' ? Math.max(reply.requestEndMs, desk.busyUntilMs) : reply.requestEndMs;
    const slownessMs = faults.slownessMs(reply.unit);
    if (reply.fault?.kind !== 'late') return beginsMs + turnaroundMs(wire) + slownessMs;
    const delayMs = random.uniform(reply.fault.fromMs, reply.fault.toMs);
    return Math.max(beginsMs, beginsMs + slownessMs + delayMs - transmissionMs(wire, reply.frame.length));
  }

  #transmit(reply: Reply, readyMs: number): void {
    const { framing, medium, random } = this.#options;
    const { writes, cutsOff, isWhole } = damage(framing, reply, reply.fault, random);
    let endMs = readyMs;
    for (const [index, bytes] of writes.entries()) {
      endMs = medium.carry(endMs, bytes.length);
      const atMs = endMs;
      this.#after(atMs, undefined, reply, () => {
        if (reply.fault?.kind === 'merged') this.#hold(reply, bytes, atMs);
        else if (index === 0) this.#write(reply, bytes, atMs, isWhole);
        else reply.channel.write(bytes);
        if (cutsOff) reply.channel.destroy();
      });
    }
  }

  /** `noisy` is the answer with noise glued to it: what leaves when no other answer comes in time. */
  #hold(reply: Reply, noisy: Buffer, endMs: number): void {
    if (this.#held.has(reply.channel)) {
      this.#write(reply, reply.frame, endMs, true);
      return;
    }
    const ends = this.#wait(mergeWithinMs, () => {
      this.#held.delete(reply.channel);
      this.#write(reply, noisy, endMs, true);
    });
    this.#held.set(reply.channel, { reply, endMs, ends });
  }

  #write(reply: Reply, bytes: Buffer, endMs: number, isWhole: boolean): void {
    const held = this.#held.get(reply.channel);
    if (held) {
      held.ends.abort();
      this.#held.delete(reply.channel);
      this.#settle(held.reply, held.endMs, true);
    }
    this.#settle(reply, endMs, isWhole);
    if (this.#isCutOff(reply)) return;
    reply.channel.write(held ? Buffer.concat([held.reply.frame, bytes]) : bytes);
  }

  #isCutOff(reply: Reply): boolean {
    return !reply.channel.isOpen || this.#options.faults.halfOpen;
  }

  #settle(reply: Reply, endMs: number, isWhole: boolean): void {
    if (this.#isCutOff(reply)) {
      this.#withhold(reply, 'connection lost');
      return;
    }
    const fault = reply.fault && { fault: reply.fault.kind };
    this.#options.settled({ reply, endMs, isWhole, sent: true, ...fault });
  }

  #withhold(reply: Reply, fault: string): void {
    this.#options.settled({ reply, endMs: this.#options.clock.monotonic(), isWhole: false, sent: false, fault });
  }

  /** Runs `act` at this time, or now when it has come. On a desk, a later request may put it aside. */
  #after(atMs: number, desk: Desk | undefined, reply: Reply, act: () => void): void {
    const waitMs = atMs - this.#options.clock.monotonic();
    if (waitMs <= 0) {
      act();
      return;
    }
    const wait = this.#wait(waitMs, () => {
      if (desk?.pending === wait) desk.pending = undefined;
      act();
    });
    if (!desk) return;
    desk.pending = wait;
    wait.signal.addEventListener('abort', () => this.#withhold(reply, String(wait.signal.reason)));
  }

  /** Runs `act` after `ms` unless the controller returned is aborted before. */
  #wait(ms: number, act: () => void): AbortController {
    const wait = new AbortController();
    this.#waits.add(wait);
    void this.#options.clock.wait(ms, wait.signal).then(() => {
      this.#waits.delete(wait);
      if (!wait.signal.aborted) act();
    });
    return wait;
  }
}
