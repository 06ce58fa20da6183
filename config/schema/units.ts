import { toAscii } from '../source/full-width.js';

/** Spellings of units as keyboards give them, and the one spelling the product carries on. */
const spellings: Readonly<Record<string, string>> = {
  '℃': '°C',
  ºC: '°C',
  '˚C': '°C',
  '℉': '°F',
  '㎡': 'm²',
  '㎥': 'm³',
  '㎎': 'mg',
  '㎏': 'kg',
  '㎜': 'mm',
  '㎝': 'cm',
  '㎞': 'km',
  '㎾': 'kW',
  '㏑': 'ln',
  '％': '%',
  '‰': '‰',
};

/**
 * One spelling a unit: `℃` → `°C`, `m3/h` → `m³/h`, `ug/m3` and `µg/m³` (micro sign) → `μg/m³` (Greek mu), full-width
 * forms → ASCII. Anything else stays as it is written; a unit is a label and is never used to convert.
 */
export function normaliseUnit(unit: string): string {
  const signs = Array.from(unit.trim(), (character) => spellings[character] ?? character).join('');
  return toAscii(signs.replaceAll('ºC', '°C').replaceAll('˚C', '°C'))
    .replaceAll('\u00b5', 'μ')
    .replace(/^u(?=(g|m|S|A|V|L)\b)/, 'μ')
    .replaceAll(/(?<=\b(?:[kcmd]?m|Nm))\^?([23])(?=$|[^\w])/g, (_, digit: string) => (digit === '2' ? '²' : '³'));
}
