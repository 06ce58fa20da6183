import type { ReadFunction } from './register-bus.js';
import type { RegisterRange, Table } from './register-reference.js';

/** Where one tag stands; `end` is not part of it. Its index in the list it comes in is its name here. */
export type TagRange = RegisterRange;

/** One read, and which tags its answer holds. */
export interface PlannedRead {
  readonly table: Table;
  readonly functionCode: ReadFunction;
  readonly start: number;
  readonly count: number;
  /** Indices of the tags, ascending. */
  readonly tags: readonly number[];
}

export interface PlanOptions {
  /** Cost of one read of this many registers or bits; must not fall with `count`. */
  readonly cost: (table: Table, count: number) => number;
  /** Most registers or bits one read may have. */
  readonly longest: (table: Table) => number;
  /** No read may touch any of these. */
  readonly holes: readonly RegisterRange[];
  /** No read may hold the whole of any of these: somewhere in it is a register that is refused. */
  readonly avoid: readonly RegisterRange[];
}

export interface ReadingPlan {
  readonly reads: readonly PlannedRead[];
  /** Indices of tags that no allowed read can hold. */
  readonly unreadable: readonly number[];
}

export const functionCodes: Readonly<Record<Table, ReadFunction>> = { coil: 1, discrete: 2, holding: 3, input: 4 };
const tables = Object.keys(functionCodes) as readonly Table[];

/**
 * The cheapest reads that hold every tag whole, and among equally cheap ones the fewest. Exact: a tag that lies inside
 * another one costs nothing; of the rest, ordered by start, both starts and ends rise, so some best plan cuts that order
 * into runs, and dynamic programming over the cuts finds it.
 */
export function planReads(tags: readonly TagRange[], options: PlanOptions): ReadingPlan {
  const reads: PlannedRead[] = [];
  const unreadable: number[] = [];
  for (const table of tables) {
    const holes = options.holes.filter((range) => range.table === table);
    // A read begins and ends with tags, which lie outside every hole: it touches a hole when it holds the whole of it.
    const avoid = [...holes, ...options.avoid.filter((range) => range.table === table)];
    const longest = options.longest(table);
    const indices = tags.flatMap((tag, index) => (tag.table === table ? [index] : []));
    const readable = indices.filter((index) => {
      const { start, end } = tags[index] as TagRange;
      if (end - start > longest || holes.some((hole) => hole.start < end && start < hole.end)) return false;
      return !avoid.some((range) => range.start >= start && range.end <= end);
    });
    const known = new Set(readable);
    unreadable.push(...indices.filter((index) => !known.has(index)));
    const spans = cheapestSpans(outermost(readable.map((index) => tags[index] as TagRange)), {
      avoid,
      longest,
      cost: (count) => options.cost(table, count),
    });
    for (const { start, end } of spans)
      reads.push({ table, functionCode: functionCodes[table], start, count: end - start, tags: [] });
  }
  return { reads: assign(reads, tags, new Set(unreadable)), unreadable: unreadable.toSorted((a, b) => a - b) };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface SpanOptions {
  readonly cost: (count: number) => number;
  readonly longest: number;
  readonly avoid: readonly Span[];
}

/** Without the spans that lie in another one; starts and ends both rise. */
function outermost(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.end > (kept.at(-1)?.end ?? -1)) kept.push(span);
  }
  return kept;
}

/** The best way to read the spans up to each one: its cost, how many reads, and where its last read begins. */
interface Best {
  readonly cost: number;
  readonly reads: number;
  readonly from: number;
}

function cheapestSpans(spans: readonly Span[], { cost, longest, avoid }: SpanOptions): Span[] {
  const best: Best[] = [{ cost: 0, reads: 0, from: 0 }];
  for (let last = 0; last < spans.length; last += 1) {
    const { end } = spans[last] as Span;
    // The nearest thing to avoid that ends in reach decides how far back a read may begin.
    const earliest = avoid.reduce(
      (start, range) => (range.end <= end ? Math.max(start, range.start + 1) : start),
      end - longest,
    );
    let chosen: Best | undefined;
    for (let first = last; first >= 0 && (spans[first] as Span).start >= earliest; first -= 1) {
      const before = best[first] as Best;
      const total = before.cost + cost(end - (spans[first] as Span).start);
      const reads = before.reads + 1;
      if (!chosen || total < chosen.cost || (total === chosen.cost && reads < chosen.reads)) {
        chosen = { cost: total, reads, from: first };
      }
    }
    best.push(chosen as Best);
  }
  const cuts: Span[] = [];
  for (let count = spans.length; count > 0; ) {
    const { from } = best[count] as Best;
    cuts.unshift({ start: (spans[from] as Span).start, end: (spans[count - 1] as Span).end });
    count = from;
  }
  return cuts;
}

/** Gives each tag to the first read that holds it. */
function assign(reads: readonly PlannedRead[], tags: readonly TagRange[], left: ReadonlySet<number>): PlannedRead[] {
  const indices = reads.map((): number[] => []);
  for (const [index, tag] of tags.entries()) {
    if (left.has(index)) continue;
    const n = reads.findIndex(
      ({ table, start, count }) => table === tag.table && start <= tag.start && tag.end <= start + count,
    );
    indices[n]?.push(index);
  }
  return reads.map((read, n) => ({ ...read, tags: indices[n] ?? [] }));
}
