import { z } from 'zod';
import { duration, secretReference } from '../../contract/index.js';

export const poolConfig = z.strictObject({
  type: z.literal('pool'),
  url: z
    .url({ protocol: /^https?$/ })
    .describe('Where the pool answers; /v1/… is put behind it')
    .meta({ examples: ['https://pool.example.gov.cn'] }),
  token: secretReference.optional().describe('Sent as a bearer token'),
  ca: secretReference
    .optional()
    .describe('Certificate authority (PEM) of an https address, when it is not a public one'),
  gzip: z.int().min(0).max(9).default(6).describe('Compression of the wire; 0 is none'),
  timeout: duration().prefault('30s').describe('For one request'),
});

export type PoolConfig = z.output<typeof poolConfig>;
