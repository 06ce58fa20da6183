/** What a sealed segment holds, so that history and `explain` open only the segments they need. */
export interface SegmentIndexJson {
  readonly offsets: readonly [from: number, to: number];
  readonly instants: readonly [from: number, to: number] | null;
  /** ms UTC as labelled at append; null when no record had a known time. */
  readonly times: readonly [from: number, to: number] | null;
  /** Device → first and last sequence, and how many frames. */
  readonly devices: Readonly<Record<string, readonly [first: number, last: number, frames: number]>>;
  /** Numbers of the tables its frames were written with. */
  readonly tables: readonly number[];
}

type Range = [number, number] | null;

const widened = (range: Range, low: number, high: number): Range =>
  range ? [Math.min(range[0], low), Math.max(range[1], high)] : [low, high];

/** Gathers the index of a segment while it is written. */
export class SegmentIndex {
  #instants: Range = null;
  #times: Range = null;
  readonly #devices = new Map<string, [number, number, number]>();
  readonly #tables = new Set<number>();

  add(
    stamps: { instant: number; time: number },
    frame?: { device: string | undefined; sequence: number; table: number },
  ): void {
    this.#instants = widened(this.#instants, stamps.instant, stamps.instant);
    if (!Number.isNaN(stamps.time)) this.#times = widened(this.#times, stamps.time, stamps.time);
    if (!frame) return;
    this.#tables.add(frame.table);
    if (frame.device === undefined) return;
    const seen = this.#devices.get(frame.device);
    if (seen) {
      seen[1] = frame.sequence;
      seen[2] += 1;
    } else {
      this.#devices.set(frame.device, [frame.sequence, frame.sequence, 1]);
    }
  }

  merge(later: SegmentIndex): void {
    if (later.#instants) this.#instants = widened(this.#instants, ...later.#instants);
    if (later.#times) this.#times = widened(this.#times, ...later.#times);
    for (const table of later.#tables) this.#tables.add(table);
    for (const [device, [first, last, frames]] of later.#devices) {
      const seen = this.#devices.get(device);
      this.#devices.set(device, seen ? [seen[0], last, seen[2] + frames] : [first, last, frames]);
    }
  }

  /** Device → the sequence after its last. */
  nextSequences(): [device: string, next: number][] {
    return [...this.#devices].map(([device, [, last]]) => [device, last + 1]);
  }

  get instants(): readonly [from: number, to: number] | null {
    return this.#instants;
  }

  get times(): readonly [from: number, to: number] | null {
    return this.#times;
  }

  get tables(): ReadonlySet<number> {
    return this.#tables;
  }

  toJSON(offsets: readonly [number, number]): SegmentIndexJson {
    return {
      offsets,
      instants: this.#instants,
      times: this.#times,
      devices: Object.fromEntries(this.#devices),
      tables: [...this.#tables],
    };
  }
}
