import type { Fault } from '../../gateway/contract/index.js';
import type { Random } from '../random.js';

/** What can befall a message of a station on its way, beside faults of every wire. `share` is a probability, 0…1. */
export type StationFault =
  | Fault
  | { readonly kind: 'wrong-checksum'; readonly share: number }
  | { readonly kind: 'lower-case-checksum'; readonly share: number }
  | { readonly kind: 'wrong-length'; readonly share: number }
  | { readonly kind: 'missing-end'; readonly share: number }
  /** Three writes. */
  | { readonly kind: 'split'; readonly share: number }
  /** The connection breaks in the middle of it. */
  | { readonly kind: 'broken-off'; readonly share: number };

const kinds = [
  'wrong-checksum',
  'lower-case-checksum',
  'wrong-length',
  'missing-end',
  'garbage',
  'split',
  /** Behind another message, in one write. */
  'merged',
  'duplicated',
  'dropped',
  'broken-off',
] as const;

type Kind = (typeof kinds)[number];

/** The writes of one message, and whether the connection breaks after them. */
export interface Wire {
  readonly writes: readonly Buffer[];
  readonly breaks: boolean;
}

/** What is wrong now with what a station sends. A message meets one fault at most. */
export class StationFaults {
  readonly #random: Random;
  readonly #shares = new Map<Kind, number>();
  /** It does not react to what it is told or asked. */
  isDeaf = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Throws for a fault that no station has. */
  inject(fault: StationFault): void {
    const kind = kinds.find((one) => one === fault.kind);
    if (fault.kind === 'half-open') this.isDeaf = true;
    else if (kind && 'share' in fault) this.#shares.set(kind, fault.share);
    else throw new RangeError(`a station has no fault ${fault.kind}`);
  }

  heal(): void {
    this.isDeaf = false;
    this.#shares.clear();
  }

  /** `other`: a message to merge with. */
  wire(frame: Buffer, other: () => Buffer): Wire {
    const kind = this.#throw();
    if (kind === 'broken-off') return { writes: [frame.subarray(0, this.#within(frame))], breaks: true };
    return { writes: kind ? this.#writes(kind, frame, other) : [frame], breaks: false };
  }

  #writes(kind: Exclude<Kind, 'broken-off'>, frame: Buffer, other: () => Buffer): readonly Buffer[] {
    const text = frame.toString('latin1');
    const [body, crc] = [text.slice(0, -6), text.slice(-6, -2)];
    switch (kind) {
      case 'wrong-checksum':
        return [latin(`${body}${crc.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))}\r\n`)];
      case 'lower-case-checksum':
        return [latin(`${body}${crc.toLowerCase()}\r\n`)];
      case 'wrong-length':
        return [latin(text.replace(/^##\d{4}/, `##${String(this.#random.whole(0, 1024)).padStart(4, '0')}`))];
      case 'missing-end':
        return [latin(`${body}${crc}`)];
      case 'garbage':
        return [Buffer.concat([this.#random.bytes(this.#random.whole(1, 20)), latin('##'), frame])];
      case 'split': {
        const [first, second] = [this.#within(frame), this.#within(frame)].toSorted((a, b) => a - b) as [
          number,
          number,
        ];
        return [frame.subarray(0, first), frame.subarray(first, second), frame.subarray(second)];
      }
      case 'merged':
        return [Buffer.concat([other(), frame])];
      case 'duplicated':
        return [frame, frame];
      case 'dropped':
        return [];
    }
  }

  #throw(): Kind | undefined {
    let left = this.#random.next();
    for (const [kind, share] of this.#shares) {
      left -= share;
      if (left < 0) return kind;
    }
    return undefined;
  }

  #within(frame: Buffer): number {
    return this.#random.whole(1, frame.length - 1);
  }
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
