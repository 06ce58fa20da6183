/** The newest records of a lane in memory, so that a sink that keeps up never reads the disk. Bounded by bytes. */
export class Recent<T> {
  readonly #bytesMax: number;
  #records: { readonly record: T; readonly bytes: number }[] = [];
  #head = 0;
  #bytes = 0;
  /** Offset of the oldest record held. */
  #first: number;

  constructor(first: number, bytesMax: number) {
    this.#first = first;
    this.#bytesMax = bytesMax;
  }

  get first(): number {
    return this.#first;
  }

  /** The record at the next offset. */
  push(record: T, bytes: number): void {
    this.#records.push({ record, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#bytesMax && this.#head < this.#records.length) this.#dropOldest();
    this.#compact();
  }

  /** Nobody asks for what lies below `offset` again: it is let go while it is young, which spares the collector. */
  release(offset: number): void {
    while (this.#first < offset && this.#head < this.#records.length) this.#dropOldest();
    this.#compact();
  }

  /** The records of `[from, to)`; undefined when some are no longer held. */
  slice(from: number, to: number): T[] | undefined {
    if (from < this.#first) return undefined;
    const start = this.#head + from - this.#first;
    return this.#records.slice(start, start + to - from).map(({ record }) => record);
  }

  #compact(): void {
    if (this.#head <= 256 || this.#head * 2 <= this.#records.length) return;
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }

  #dropOldest(): void {
    this.#bytes -= this.#records[this.#head]?.bytes ?? 0;
    this.#records[this.#head] = undefined as never;
    this.#head += 1;
    this.#first += 1;
  }
}
