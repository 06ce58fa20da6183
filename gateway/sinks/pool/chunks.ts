/** What the pool said it takes in one request. */
export interface Limits {
  readonly eventsMax: number;
  /** Of the body before compression. */
  readonly bytesMax: number;
}

/** Part of a batch that travels in one request. */
export interface Chunk {
  /** Indices into the batch: `from` included, `to` not. */
  readonly from: number;
  readonly to: number;
  /**
   * Offsets this request answers for: the gateway has no other records between them than the chunk holds. So a hole
   * left by dropped records belongs to the chunk that follows it.
   */
  readonly first: number;
  readonly last: number;
}

/** `from` and `to` of consecutive parts within the limits; a single event larger than `bytesMax` is alone. */
function cuts(bytes: readonly number[], { eventsMax, bytesMax }: Limits): number[] {
  const brackets = 2;
  const ends: number[] = [];
  let events = 0;
  let size = brackets;
  bytes.forEach((one, index) => {
    // One byte for the comma.
    if (events > 0 && (events === eventsMax || size + one + 1 > bytesMax)) {
      ends.push(index);
      events = 0;
      size = brackets;
    }
    events += 1;
    size += one + 1;
  });
  return bytes.length > 0 ? [...ends, bytes.length] : ends;
}

/**
 * Splits a batch by what the pool takes. `offsets` and `bytes` are by index; `first` is where the first request's range
 * begins, at or before the first offset.
 */
export function chunksOf(
  offsets: readonly number[],
  bytes: readonly number[],
  first: number,
  limits: Limits,
): readonly Chunk[] {
  let from = 0;
  let start = first;
  return cuts(bytes, limits).map((to) => {
    const last = offsets[to - 1] as number;
    const chunk = { from, to, first: start, last };
    from = to;
    start = last + 1;
    return chunk;
  });
}

/** A chunk in two, for a pool that takes less than it said. */
export function halves({ from, to, first, last }: Chunk, offsets: readonly number[]): readonly [Chunk, Chunk] {
  const middle = from + ((to - from) >> 1);
  const end = offsets[middle - 1] as number;
  return [
    { from, to: middle, first, last: end },
    { from: middle, to, first: end + 1, last },
  ];
}
