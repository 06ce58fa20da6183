import { toAscii } from '../source/full-width.js';

/** Edits from one word to another: insertion, deletion, substitution, swap of neighbours (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  const a = Array.from(from);
  const b = Array.from(to);
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.entries()) {
    const row = [i + 1];
    for (const [j, other] of b.entries()) {
      const substituted = (last[j] as number) + (letter === other ? 0 : 1);
      let best = Math.min((last[j + 1] as number) + 1, (row[j] as number) + 1, substituted);
      if (i > 0 && j > 0 && letter === b[j - 1] && a[i - 1] === other) {
        best = Math.min(best, (beforeLast[j - 1] as number) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] as number;
}

/** Letters alone: case, full-width forms and word separators are what people get wrong without meaning another word. */
const plain = (word: string): string =>
  toAscii(word)
    .toLowerCase()
    .replaceAll(/[\s_.-]/g, '');

/** The word most likely meant: at most a third of its letters wrong, or one a beginning of the other. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = plain(word);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  if (meant === '') return undefined;
  for (const candidate of candidates) {
    const other = plain(candidate);
    const isStart = meant.length >= 3 && (other.startsWith(meant) || (other.length >= 3 && meant.startsWith(other)));
    const distance = Math.min(editDistance(meant, other), isStart ? 1.5 : Number.POSITIVE_INFINITY);
    const allowed = Math.max(1.5, Math.min(4, Math.max(meant.length, other.length) / 3));
    if (distance <= allowed && distance < Math.max(meant.length, other.length) && (!best || distance < best.distance)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}
