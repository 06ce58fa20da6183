import type { LaneName } from '../../gateway/contract/index.js';
import { isCounted, RecordKind } from '../../gateway/journal/record.js';
import { scanSegment } from '../../gateway/journal/segment.js';
import type { DiskState } from './disk-states.js';

/** A segment after a fault of its disk, and the bytes that are not what they were. */
export interface Spoilt {
  readonly content: Buffer;
  readonly from: number;
  readonly to: number;
}

const zeroedBytesMax = 65_536;

function changed(content: Buffer, from: number, to: number, change: (bytes: Buffer) => void): Spoilt {
  const copy = Buffer.from(content);
  change(copy.subarray(from, to));
  return { content: copy, from, to };
}

/** The faults, each at any place. */
export const faults: Readonly<Record<string, (content: Buffer, random: () => number) => Spoilt>> = {
  truncated: (content, random) => {
    const from = Math.floor(random() * content.length);
    return { content: content.subarray(0, from), from, to: content.length };
  },
  zeroed: (content, random) => {
    const from = Math.floor(random() * content.length);
    const to = Math.min(content.length, from + 1 + Math.floor(random() * zeroedBytesMax));
    return changed(content, from, to, (bytes) => bytes.fill(0));
  },
  flipped: (content, random) => {
    const from = Math.floor(random() * content.length);
    return changed(content, from, from + 1, (bytes) => {
      bytes[0] = (bytes[0] as number) ^ (1 << Math.floor(random() * 8));
    });
  },
};

interface Extent {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
  /** undefined for bookkeeping, which is not counted. */
  readonly offset: number | undefined;
}

/** Where each record of a recorded journal lies. */
export class Extents {
  readonly #bySegment = new Map<string, readonly Extent[]>();

  constructor(whole: DiskState) {
    for (const [name, content] of whole) {
      const extents: Extent[] = [];
      scanSegment(content, ({ kind, offset, end }, from) => {
        extents.push({ from, to: end, kind, offset: isCounted(kind) ? offset : undefined });
      });
      this.#bySegment.set(name, extents);
    }
  }

  /** Offsets of the counted records that a fault touched. */
  touched(name: string, spoilt: Spoilt): ReadonlySet<number> {
    return new Set(this.#hit(name, spoilt).flatMap(({ offset }) => (offset === undefined ? [] : [offset])));
  }

  /** True when the record of a tag table was touched: frames cannot be read without theirs. */
  touchesTable(name: string, spoilt: Spoilt): boolean {
    return this.#hit(name, spoilt).some(({ kind }) => kind === RecordKind.table);
  }

  /** True when a whole record follows: without one, damage cannot be told from what was being written. */
  isFollowed(name: string, { to }: Spoilt): boolean {
    return this.#of(name).some((extent) => extent.from >= to);
  }

  #hit(name: string, { from, to }: Spoilt): readonly Extent[] {
    return this.#of(name).filter((extent) => extent.from < to && extent.to > from);
  }

  #of(name: string): readonly Extent[] {
    return this.#bySegment.get(name) ?? [];
  }
}

export const laneOf = (name: string): LaneName => (name.startsWith('samples') ? 'samples' : 'alarms');
