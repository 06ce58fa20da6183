import { z } from 'zod';
import type { ModeEntry } from '../contract/index.js';
import { rfc3339 } from './schema-fields.js';

/** What is being worked on, with the time left in place of an instant. */
export interface ModeView extends Pick<ModeEntry, 'mode' | 'device' | 'tag' | 'who' | 'reason'> {
  readonly since: string | null;
  readonly until: string | null;
  readonly leftMs: number;
}

export const mode = z
  .strictObject({
    mode: z.enum(['maintenance', 'calibration']),
    device: z.string(),
    tag: z.string().nullable().describe('null: the whole device'),
    who: z.string(),
    reason: z.string(),
    since: rfc3339(),
    until: rfc3339(),
    leftMs: z.number().min(0).describe('ms until it ends by itself'),
  })
  .meta({ id: 'Mode', description: 'A device or tag that is being worked on' }) satisfies z.ZodType<ModeView>;

export const modeBegan = z
  .strictObject({
    mode,
    stillCalling: z
      .array(z.string())
      .describe('Keys of its alarms that stay in service, because the role is not enough to put them out of it'),
  })
  .meta({ id: 'ModeBegan' });

export const modeEnded = z
  .strictObject({ device: z.string(), tag: z.string().nullable() })
  .meta({ id: 'ModeEnded', description: 'Work that is done' });
