/** Three significant digits, without a tail of zeros: `0.41`, `12.5`, `1230`. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

const byteSteps = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const;

/** Bytes as people read them, decimal: `1.15 GB`. */
export function bytes(count: number): string {
  const [size, unit] = byteSteps.find(([size]) => count >= size) ?? [1, 'B'];
  return `${short(count / size)} ${unit}`;
}

/** A share as a percentage of two digits: `4.2 %`. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;

const timeSteps = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** A span with its unit, as site files write it: `250 ms`, `10 s`, `2.5 h`. */
export function span(ms: number): string {
  const [size, unit] = timeSteps.find(([size]) => ms >= size) ?? [1, 'ms'];
  return `${short(ms / size)} ${unit}`;
}

/** Digits enough for what an instrument measures; of a total that is longer all before the point, and two behind it. */
export function valueText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const whole = String(Math.trunc(Math.abs(value))).length;
  return String(Number(value.toPrecision(Math.max(7, whole + 2))));
}

/** A number a device gave, as people read it, with its unit: `23.6 °C`. */
export const reading = (value: number, unit: string): string => `${valueText(value)}${unit === '' ? '' : ` ${unit}`}`;
