/** Puts the number of rank `rank` in its place, smaller ones before it and greater ones after it (Hoare's selection). */
function select(numbers: Float64Array, count: number, rank: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = numbers[(low + high) >> 1] as number;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((numbers[left] as number) < pivot) left++;
      while ((numbers[right] as number) > pivot) right--;
      if (left > right) break;
      const moved = numbers[left] as number;
      numbers[left] = numbers[right] as number;
      numbers[right] = moved;
      left++;
      right--;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else break;
  }
  return numbers[rank] as number;
}

/** Median of the first `count` numbers, none of them NaN; NaN of none. Leaves the numbers in another order. */
export function medianInPlace(numbers: Float64Array, count: number): number {
  if (count === 0) return Number.NaN;
  const middle = count >> 1;
  const upper = select(numbers, count, middle);
  if (count % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < middle; at++) lower = Math.max(lower, numbers[at] as number);
  // Halved first: the sum of two large numbers has no place.
  return lower / 2 + upper / 2;
}

/** Median of a list, which is left as it was. */
export const median = (values: readonly number[]): number => medianInPlace(Float64Array.from(values), values.length);
