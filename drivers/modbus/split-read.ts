import { hullOf, type Item, makeRead, type Read } from './poll.js';
import type { RegisterRange } from './register-reference.js';

/**
 * The reads to try when this one was refused: without its padding, or two parts cut at the widest gap between its tags,
 * where the refused register most likely is, and else in the middle. Empty when a single tag is left.
 */
export function splitRead(read: Read): readonly Read[] {
  const { table, items } = read;
  const hull = hullOf(table, items);
  if (hull.end - hull.start < read.count) return [makeRead(table, hull.start, hull.end, items)];
  const cut = cutOf(items);
  if (cut === undefined) return [];
  const parts = [items.filter(({ range }) => range.end <= cut), items.filter(({ range }) => range.end > cut)];
  return parts.map((part) => {
    const { start, end } = hullOf(table, part);
    return makeRead(table, start, end, part);
  });
}

/** Where the first part ends: at the end of a tag that is not inside another one. */
function cutOf(items: readonly Item[]): number | undefined {
  const outer: RegisterRange[] = [];
  for (const { range } of items.toSorted((a, b) => a.range.start - b.range.start || b.range.end - a.range.end)) {
    if (range.end > (outer.at(-1)?.end ?? -1)) outer.push(range);
  }
  if (outer.length < 2) return undefined;
  let cut = outer[(outer.length >> 1) - 1] as RegisterRange;
  let widest = 0;
  for (let n = 1; n < outer.length; n += 1) {
    const [before, after] = [outer[n - 1] as RegisterRange, outer[n] as RegisterRange];
    if (after.start - before.end > widest) {
      widest = after.start - before.end;
      cut = before;
    }
  }
  return cut.end;
}
