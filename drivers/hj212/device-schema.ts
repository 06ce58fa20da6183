import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';

/** 24 characters by HJ 212-2017, 14 by the version of 2005; stations in the field have others, too. */
const numberPattern = /^[\w-]{1,32}$/;

/** YAML reads bare digits as a number and drops leading zeros: it has to be text. */
const stationNumberField = () =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      if (typeof given === 'string' && numberPattern.test(given)) return given;
      context.addIssue(
        settingIssue({
          what: { en: `\`${given}\` is no station number`, zh: `“${given}”不是设备唯一标识 MN` },
          remedy: {
            en: "write the MN the station is set to, in quotes: `'010000A8900016F000169DC0'`",
            zh: "写站点所设的 MN，加引号：`'010000A8900016F000169DC0'`",
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['010000A8900016F000169DC0'] });

/** The driver's half of a device: one station. */
export const deviceSchema = z.strictObject({
  mn: stationNumberField().describe('The station number `MN`, 24 characters, in quotes'),
  st: z
    .string()
    .regex(/^\d{2}$/)
    .optional()
    .describe("Kind of system `ST` its data must have: `'22'` air, `'32'` water source; without it any")
    .meta({ examples: ['22', '32'] }),
  silentAfter: duration()
    .optional()
    .describe('A station that has sent nothing for so long does not answer; 3 × the shortest interval of its groups'),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
