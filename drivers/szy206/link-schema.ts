import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { listenAddressField, zoneField } from '../streams/index.js';

const centre = { en: 'an SZY 206 centre', zh: ' SZY 206 中心站' };

/** The driver's half of a link: where stations dial in. */
export const linkSchema = z.strictObject({
  address: listenAddressField(centre, 7652).describe(
    'Where stations dial in: `tcp-listen://0.0.0.0:7652` is port 7652 of every address',
  ),
  timezone: zoneField().prefault('+08:00').describe('Zone the clocks of the stations are set to'),
  callersMax: z
    .int()
    .min(1)
    .max(1000)
    .default(64)
    .describe('Connections at a time; one more closes the one silent longest'),
  idle: duration()
    .prefault('70min')
    .describe('A connection without a byte for so long is closed; the station dials in again'),
});

export type LinkSettings = z.output<typeof linkSchema>;
