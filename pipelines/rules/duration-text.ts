import type { Text } from '../../gateway/contract/index.js';

const units = [
  { ms: 86_400_000, en: 'd', zh: '天' },
  { ms: 3_600_000, en: 'h', zh: '小时' },
  { ms: 60_000, en: 'min', zh: '分钟' },
  { ms: 1000, en: 's', zh: '秒' },
  { ms: 1, en: 'ms', zh: '毫秒' },
] as const;

const largestOf = (durationMs: number) => units.find(({ ms }) => durationMs % ms === 0) ?? units[4];

/** A duration in the largest unit it is a whole number of: 90 s, 2 min. */
export function durationText(durationMs: number): Text {
  const { ms, en, zh } = largestOf(durationMs);
  return { en: `${durationMs / ms} ${en}`, zh: `${durationMs / ms} ${zh}` };
}

/** The unit of a rate: `°C/min`, `m³/5 min`, `/h`. */
export function rateUnit(unit: string, perMs: number): string {
  const { ms, en } = largestOf(perMs);
  return `${unit}/${perMs === ms ? en : `${perMs / ms} ${en}`}`;
}

/** A number with its unit, where it has one. */
export const amount = (value: number, unit: string): string =>
  unit === '' ? `${value}` : unit.startsWith('/') ? `${value}${unit}` : `${value} ${unit}`;
