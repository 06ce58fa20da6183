/** A number as a display shows it. */
export interface ShownReading {
  readonly value: number;
  /** Its last digit: 0.1 of `23.5`. */
  readonly step: number;
}

/**
 * `23.5`, `-0.47`, `998`; a Chinese keyboard's `。` counts as the point. Undefined for all else, a comma among it: it
 * may part thousands or decimals.
 */
export function parseShown(text: string): ShownReading | undefined {
  const plain = text.trim().replace(/[−－]/, '-').replace('。', '.');
  const match = /^[+-]?\d+(?:\.(\d+))?$/.exec(plain);
  return match ? { value: Number(plain), step: 10 ** -(match[1]?.length ?? 0) } : undefined;
}

/**
 * How a value comes to be shown as that: `rounded` to the last digit; `cut` after it, as cheap displays do; `moved` by
 * one digit, between the look at the display and the read.
 */
export type Likeness = 'rounded' | 'cut' | 'moved';

/** Room for what decimal fractions lose in binary. */
const slack = 1e-6;

/** Undefined when the value cannot be what is shown. */
export function likenessOf(value: number, { value: shown, step }: ShownReading): Likeness | undefined {
  const digits = Math.abs(value - shown) / step;
  if (digits <= 0.5 + slack) return 'rounded';
  if (digits < 1 && Math.abs(value) > Math.abs(shown) && value * shown >= 0) return 'cut';
  return digits <= 1.5 ? 'moved' : undefined;
}
