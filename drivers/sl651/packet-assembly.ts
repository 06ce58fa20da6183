import { control } from './protocol.js';
import type { Frame } from './frame.js';

/** Longest message out of packets; one that grows longer is dropped and not answered. */
export const messageBytesMax = 2 * 1024 * 1024;

/** A packet that comes so long after the one before it is of another message, ms. */
export const packetPauseMs = 60_000;

/** How a packet came: over which connection, by its identity, and when, monotonic ms. */
export interface PacketArrival {
  readonly connection: object;
  readonly atMs: number;
}

export type AssemblyFinding =
  /** All of it is there; `packets` says in how many pieces it came. */
  | { readonly kind: 'whole'; readonly body: Uint8Array; readonly packets: number }
  | { readonly kind: 'waiting' }
  /** The last packet came and this one is missing. `first` is what the first holds, empty when it is that one. */
  | { readonly kind: 'missing'; readonly sequence: number; readonly first: Uint8Array }
  | { readonly kind: 'wrong'; readonly why: string };

/**
 * Puts messages of several packets together (mode M3, tables 22 and 23): a body was cut into pieces that are numbered
 * from 1, so the pieces in order are the body. They may come in any order and more than once. The first alone says the
 * serial number, so pieces are of one message only when they come over one connection and within 60 s of one another.
 * Holds one message at a time, of at most 2 MiB.
 */
export class PacketAssembly {
  #code = 0;
  #total = 0;
  #bytes = 0;
  #last: PacketArrival | undefined;
  readonly #pieces = new Map<number, Uint8Array>();

  take({ packet, code, body, end }: Frame, arrival: PacketArrival): AssemblyFinding {
    if (!packet) return { kind: 'whole', body, packets: 1 };
    const { total, sequence } = packet;
    if (sequence < 1 || sequence > total) return { kind: 'wrong', why: `packet ${sequence} of ${total} cannot be` };
    if (this.#isApart(arrival) || this.#isOther(code, total, sequence, body)) this.#begin(code, total);
    this.#last = arrival;
    if (!this.#pieces.has(sequence)) this.#bytes += body.length;
    this.#pieces.set(sequence, body);
    if (this.#bytes > messageBytesMax) {
      this.#begin(0, 0);
      return { kind: 'wrong', why: `a message of ${total} packets is longer than ${messageBytesMax} bytes` };
    }
    if (this.#pieces.size === total) return this.#whole();
    const isLast = sequence === total || end === control.etx;
    if (!isLast) return { kind: 'waiting' };
    return { kind: 'missing', sequence: this.#firstMissing(), first: this.#pieces.get(1) ?? new Uint8Array(0) };
  }

  #isApart({ connection, atMs }: PacketArrival): boolean {
    return this.#last !== undefined && (connection !== this.#last.connection || atMs - this.#last.atMs > packetPauseMs);
  }

  /** A message of another kind or length, or one whose packet is not what it was. */
  #isOther(code: number, total: number, sequence: number, body: Uint8Array): boolean {
    if (code !== this.#code || total !== this.#total) return true;
    const known = this.#pieces.get(sequence);
    return known !== undefined && Buffer.compare(known, body) !== 0;
  }

  #begin(code: number, total: number): void {
    this.#code = code;
    this.#total = total;
    this.#bytes = 0;
    this.#pieces.clear();
  }

  #whole(): AssemblyFinding {
    const inOrder = [...this.#pieces].toSorted(([one], [other]) => one - other).map(([, piece]) => piece);
    const packets = this.#total;
    this.#begin(0, 0);
    return { kind: 'whole', body: Buffer.concat(inOrder), packets };
  }

  #firstMissing(): number {
    let sequence = 1;
    while (this.#pieces.has(sequence)) sequence += 1;
    return sequence;
  }
}
