import { z } from 'zod';
import { duration, secretReference } from '../../contract/index.js';

export const mqttConfig = z.strictObject({
  type: z.literal('mqtt'),
  url: z
    .url({ protocol: /^(mqtts?|wss?)$/ })
    .describe('Where the broker answers')
    .meta({ examples: ['mqtt://127.0.0.1:1883', 'mqtts://broker.example.com:8883'] }),
  prefix: z
    .string()
    .regex(/^[^+#\0]+$/)
    .default('sluice')
    .describe('Topics begin with it'),
  version: z.enum(['3.1.1', '5']).default('3.1.1').describe('With 5 a broker can refuse single messages'),
  clientId: z.string().min(1).optional().describe('One of its own for each sink; made of site and sink when left out'),
  user: z.string().min(1).optional(),
  password: secretReference.optional(),
  ca: secretReference.optional().describe('Certificate authority (PEM), when it is not a public one'),
  keepAlive: duration().prefault('30s').describe('A silent broker is given up after one and a half of it'),
  timeout: duration().prefault('30s').describe('For a batch to be acknowledged'),
});

export type MqttConfig = z.output<typeof mqttConfig>;
