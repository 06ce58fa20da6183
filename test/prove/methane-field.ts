import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvColumn } from '../../firmware-sim/index.js';

/** Methane of a working longwall face, a row each 30 s; the folder of the field series is given by the environment. */
export function methane(): { readonly path: string; readonly column: string; readonly values: Float64Array } {
  const root = process.env['SLUICE_FIELD_DATA'];
  if (!root) throw new Error('set SLUICE_FIELD_DATA to the folder of the field series (coal-methane/…)');
  const path = join(root, 'coal-methane', 'methane-first-half.csv');
  const column = 'MM116';
  return { path, column, values: csvColumn(readFileSync(path, 'utf8'), column) };
}

export const rowMs = 30_000;

/** The five rules, and the alarms each is known to raise over the whole record. */
export const methaneRules = [
  { name: 'm108', text: 'HH: 1.0', alarms: 108 },
  { name: 'm52', text: 'HH: 1.0, deadband: 0.1', alarms: 52 },
  { name: 'm16', text: 'HH: 1.5', alarms: 16 },
  { name: 'm8', text: 'HH: 1.5, deadband: 0.5', alarms: 8 },
  { name: 'm26', text: 'HH: 1.0, deadband: 0.1, offDelay: 270s', alarms: 26 },
] as const;

export type MethaneRule = (typeof methaneRules)[number];

/** Lines of the `rules` section for a device. */
export const ruleLines = (rules: readonly MethaneRule[], device: string): string =>
  rules
    .map(
      ({ name, text }) =>
        `  ${name}-${device}: { type: limits, devices: [${device}], tag: methane, ${text}, alarm: { class: toxic, action: cut the power } }`,
    )
    .join('\n');
