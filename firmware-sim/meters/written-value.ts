/** How one value is written. */
export interface Written {
  readonly bytes: number;
  readonly decimals: number;
  readonly signed?: boolean;
}

/** Two decimal digits a byte, the lowest first; nines where the display is too small. */
export function writeValue(value: number, { bytes, decimals, signed = false }: Written): number[] {
  const count = bytes * 2;
  const most = signed ? 8 * 10 ** (count - 1) - 1 : 10 ** count - 1;
  const whole = Math.min(most, Math.round(Math.abs(value) * 10 ** decimals));
  const written = String(whole)
    .padStart(count, '0')
    .match(/../g)
    ?.map((pair) => Number.parseInt(pair, 16)) as number[];
  if (signed && value < 0) written[0] = (written[0] as number) + 0x80;
  return written.toReversed();
}
