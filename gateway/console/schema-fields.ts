import { z } from 'zod';
import type { Text } from '../contract/index.js';

/** Pieces the schemas of answers are made of. */

export const count = () => z.int().min(0);

export const instant = () => z.number().describe("ms on the gateway's own timeline");

export const rfc3339 = () => z.iso.datetime().nullable().describe('UTC; null while the time of this boot is not known');

export const text = z
  .strictObject({ en: z.string(), zh: z.string() })
  .meta({ id: 'Text', description: 'A sentence in every language' }) satisfies z.ZodType<Text>;
