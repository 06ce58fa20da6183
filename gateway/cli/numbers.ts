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

/** A number a device gave, as people read it, with its unit: `23.6 °C`. */
export const reading = (value: number, unit: string): string =>
  `${Number(value.toPrecision(7))}${unit === '' ? '' : ` ${unit}`}`;
