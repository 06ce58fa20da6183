import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { messageSchema } from './message-schema.js';

/** The driver's half of a device: its address and what it says. */
export const deviceSchema = z.strictObject({
  unit: z.int().min(0).max(255).default(1).describe('Address of the instrument, for `{unit}` in requests and messages'),
  maxAge: duration()
    .prefault('10s')
    .describe(
      'Of an instrument that sends by itself: an older message is not read, and without one for so long it does not answer. A value that is to become stable begins anew after such a pause',
    ),
  messages: z.record(z.string(), messageSchema).describe('What the instrument sends, by name'),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
