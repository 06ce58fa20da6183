import { z } from 'zod';
import { Quality, type QualityName, qualities } from '../../../gateway/contract/index.js';
import { isThis, jsonPathField, valueAt } from './json-path.js';

const names = Object.keys(qualities).filter((name) => name !== 'absent') as [QualityName, ...QualityName[]];

/** Where a message says how good its values are. */
export const qualitySchema = z.strictObject({
  path: jsonPathField().describe('Where it stands; a message without it says nothing against its values'),
  map: z
    .record(z.string(), z.enum(names))
    .describe('What it says → what that means here')
    .meta({ examples: [{ OK: 'good', FAULT: 'bad-sensor-failure', CAL: 'uncertain-function-check' }] }),
  otherwise: z.enum(names).default('bad').describe('What anything else means'),
});

export type QualitySettings = z.output<typeof qualitySchema>;

/** The quality a message tells for its values. */
export function toldQuality(root: unknown, settings: QualitySettings | undefined): number {
  const said = settings && valueAt(root, settings.path);
  if (!settings || said === undefined) return Quality.good;
  const meaning = Object.entries(settings.map).find(([word]) => isThis(said, word));
  return Quality[meaning?.[1] ?? settings.otherwise];
}
