/**
 * A running sum that keeps what rounding takes away: years of small steps onto a large total stay right to its last
 * digit. Plain JSON. A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, ZAMM 54, 1974.
 */
export interface ExactSum {
  readonly sum: number;
  readonly lost: number;
}

export const zero: ExactSum = { sum: 0, lost: 0 };

export function plus({ sum, lost }: ExactSum, value: number): ExactSum {
  const next = sum + value;
  const rounded = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
  return { sum: next, lost: lost + rounded };
}

export const totalOf = ({ sum, lost }: ExactSum): number => sum + lost;
