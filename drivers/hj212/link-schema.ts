import { z } from 'zod';
import { duration, secretReference } from '../../gateway/contract/index.js';
import { listenAddressField, zoneField } from '../streams/index.js';

const upperComputer = { en: 'an HJ 212 upper computer', zh: ' HJ 212 上位机' };
const minuteMs = 60_000;

/** The driver's half of a link. */
export const linkSchema = z.strictObject({
  address: listenAddressField(upperComputer, 9003).describe('Where the stations dial in: `tcp-listen://0.0.0.0:9003`'),
  timezone: zoneField()
    .transform((minutes) => minutes * minuteMs)
    .prefault('+08:00')
    .describe('Zone of the times that stations send, as an offset from UTC'),
  password: secretReference
    .optional()
    .describe('Where the `PW` that every station must send is kept; without it none is asked for'),
  setClock: z
    .boolean()
    .default(false)
    .describe(
      "Sets a station's clock (1012) when it is off by more than `clockOffsetMax`, at most once an hour, and when it asks (1013). Only where this box has its own time from a source that is right",
    ),
  clockOffsetMax: duration().prefault('60s').describe('A station whose clock is off by more is told of, or set'),
  backfill: z
    .boolean()
    .default(false)
    .describe('After an outage asks a station for the minute, hour and day data that are missing, of 7 days at most'),
});

export type LinkSettings = z.output<typeof linkSchema>;
