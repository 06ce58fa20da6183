import { z } from 'zod';
import { duration, nameField, secretReference } from '../../contract/index.js';

export const influxdbConfig = z.strictObject({
  type: z.literal('influxdb'),
  url: z
    .url({ protocol: /^https?$/ })
    .describe('Where InfluxDB 1.x answers')
    .meta({ examples: ['http://127.0.0.1:8086'] }),
  database: z.string().min(1).default('sluice').describe('Created when it does not exist'),
  retention: z
    .strictObject({
      name: nameField().describe('Retention policy to write into'),
      keep: duration().describe('How long InfluxDB keeps the points; at least 1h. An existing policy is left as it is'),
    })
    .optional(),
  user: z.string().min(1).optional(),
  password: secretReference.optional(),
  ca: secretReference
    .optional()
    .describe('Certificate authority (PEM) of an https address, when it is not a public one'),
  gzip: z
    .int()
    .min(0)
    .max(9)
    .optional()
    .describe('Compression of the wire, 0 to 9; left out, 1, and 0 on loopback, where it only costs'),
  timeout: duration().prefault('10s').describe('For one request'),
});

export type InfluxdbConfig = z.output<typeof influxdbConfig>;

/** The level in force: a peer on this machine gets plain bodies unless asked for. */
export function gzipLevel({ gzip, url }: InfluxdbConfig): number {
  if (gzip !== undefined) return gzip;
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname) ? 0 : 1;
}
