import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { rules } from '../../../pipelines/index.js';
import { compileOnly, feedAll, frameOf, judgementsOf, tableOf, weaveTicks } from '../../contracts/rule-inputs.js';
import { fieldData } from '../../support/field-data.js';

/** Alarms of one half of the record, as the description of the series gives them. */
const known = [
  { settings: { HH: 1.0 }, alarms: 108 },
  { settings: { HH: 1.0, deadband: 0.1 }, alarms: 52 },
  { settings: { HH: 1.0, deadband: 0.1, offDelay: '270s' }, alarms: 26 },
  { settings: { HH: 1.5 }, alarms: 16 },
  { settings: { HH: 1.5, deadband: 0.5 }, alarms: 8 },
] as const;

const carriers = [
  { name: 'decimal numbers', carry: (value: number) => value, resolution: undefined },
  { name: 'decimal numbers of known step', carry: (value: number) => value, resolution: 0.1 },
  { name: 'float32', carry: Math.fround, resolution: 0.1 },
  // A 4–20 mA loop over 0–4 % on a 16-bit converter.
  { name: 'a current loop', carry: (value: number) => (Math.round((value / 4) * 65535) / 65535) * 4, resolution: 0.1 },
] as const;

/** One reading each 30 s of the methane sensor MM116 at a working longwall face. */
function readMethane(folder: string): number[] {
  const [head = '', ...rows] = readFileSync(join(folder, 'methane-first-half.csv'), 'utf8').trim().split(/\r?\n/u);
  const column = head.split(',').indexOf('MM116');
  return rows.map((row) => Number(row.split(',')[column]));
}

describe('alarms of a working longwall face', () => {
  for (const { name, carry, resolution } of carriers) {
    fieldData('coal-methane')(`carried as ${name}, with and without ticks, are the known ones`, (folder) => {
      const tag = { name: 'MM116', type: 'number', unit: '%' } as const;
      const table = tableOf([resolution === undefined ? tag : { ...tag, resolution }]);
      const frames = readMethane(folder).map((value, row) => frameOf(table, row * 30_000, [carry(value)]));
      expect(frames).toHaveLength(9548);
      for (const inputs of [frames.map((frame) => ({ frame })), weaveTicks(frames)]) {
        const counts = known.map(({ settings }) => {
          const { rule } = compileOnly(rules.limits, { tag: 'MM116', ...settings }, [table]);
          const told = feedAll(rule, inputs);
          const judgements = judgementsOf(told);
          expect(judgements.at(-1)?.condition).toBe(false);
          // Beside the alarms, however thinned, stands each time the bare limit was reached.
          expect(told.length - judgements.length).toBe(settings.HH === 1 ? 108 : 16);
          return judgements.filter(({ condition }) => condition === true).length;
        });
        expect(counts).toEqual(known.map(({ alarms }) => alarms));
      }
    });
  }
});
