import { z } from 'zod';
import { brokerFields, checkBrokerSettings } from '../broker/broker-settings.js';

/** The driver's half of a link. */
export const linkSchema = z
  .strictObject({
    ...brokerFields('256KiB'),
    qos: z
      .union([z.literal(0), z.literal(1), z.literal(2)])
      .default(1)
      .describe('Quality of service asked for: 1, so that nothing is lost between broker and gateway'),
  })
  .superRefine(checkBrokerSettings);

export type LinkSettings = z.output<typeof linkSchema>;
