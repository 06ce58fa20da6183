/** Decimals of the shortest decimal text of a number: 0.1 → 1, 1e-7 → 7, 20 → 0. */
export function decimalsOf(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const fraction = mantissa.split('.')[1] ?? '';
  return Math.max(0, fraction.length - Number(exponent));
}

/** a + b as a technician adds them on paper: 0.8 and −0.1 make 0.7, not 0.7000000000000001. */
export function addDecimals(a: number, b: number): number {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  // toFixed knows 100 decimals; what is finer than that has no rounding left to undo.
  return decimals > 100 ? a + b : Number((a + b).toFixed(decimals));
}
