import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { rangeField } from './register-reference.js';

/** Most registers one read may ask for (Modbus Application Protocol V1.1b3 §6.3); 16 times as many bits. */
export const longestReadMax = 125;
export const bitsPerRegister = 16;

/** The driver's half of a device. */
export const deviceSchema = z.strictObject({
  unit: z.int().min(0).max(255).describe('Unit id; 1 to 247 on a line, mostly 1 or 255 over TCP'),
  longestRead: z
    .int()
    .min(1)
    .max(longestReadMax)
    .default(longestReadMax)
    .describe('Most registers the device gives in one answer; 16 times as many coils or discrete inputs'),
  pause: duration().optional().describe('Time the device needs to itself before each request'),
  holes: z
    .array(rangeField())
    .default([])
    .describe('Ranges that are never read, such as `holding 10-19`. Changing it forgets what was learned'),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
