/** What a value is made of: delivered = raw × scale + offset. */
interface Scaling {
  readonly scale: number;
  readonly offset: number;
}

/** More digits than these are of the way numbers are kept, not of the instrument; those before the point are all told. */
const digitsOf = (value: number): number => Math.max(12, String(Math.trunc(Math.abs(value))).length + 3);

const rounded = (value: number): number => Number(value.toPrecision(Math.min(digitsOf(value), 17)));

const float32Digits = 9;

/**
 * A number as people read it. One that a 32-bit float holds, and that is long only because it is kept in 64 bits, is
 * told by the fewest digits that are read back as the same 32 bits: 3.507, not 3.50699996948.
 */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const told = rounded(value);
  if (told === value || Math.fround(value) !== value) return String(told);
  for (let count = 1; count < float32Digits; count += 1) {
    const fewer = Number(value.toPrecision(count));
    if (Math.fround(fewer) === value) return String(fewer);
  }
  return String(Number(value.toPrecision(float32Digits)));
}

/** What the device gave for a delivered value: the 32 bits that make exactly this one, where there are such. */
function rawOf(value: number, { scale, offset }: Scaling): { readonly raw: number; readonly isExact: boolean } {
  const raw = (value - offset) / scale;
  const short = Math.fround(raw);
  return short * scale + offset === value ? { raw: short, isExact: true } : { raw, isExact: false };
}

/** What the device gave, before scale and offset. */
export function rawText(value: number, scaling: Scaling): string {
  const { raw, isExact } = rawOf(value, scaling);
  return isExact ? numberText(raw) : String(rounded(raw));
}

/** A delivered value; one that was scaled, by the digits of what the device gave. */
export function deliveredText(value: number, scaling: Scaling): string {
  const { scale, offset } = scaling;
  if (scale === 0 || (scale === 1 && offset === 0)) return numberText(value);
  const { raw, isExact } = rawOf(value, scaling);
  if (!isExact) return numberText(value);
  return String(rounded(Number(numberText(raw)) * scale + offset));
}
