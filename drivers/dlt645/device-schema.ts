import { z } from 'zod';
import { settingIssue } from '../streams/index.js';

/** YAML reads twelve bare digits as a number and drops leading zeros: it has to be text. */
const addressField = () =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      if (typeof given === 'string' && /^\d{12}$/.test(given)) return given;
      context.addIssue(
        settingIssue({
          what: { en: `\`${given}\` is no meter address`, zh: `“${given}”不是电表地址` },
          remedy: {
            en: "write the 12 digits of the name plate in quotes, zeros in front: `'000012345678'`",
            zh: "写铭牌上的 12 位数字,加引号,前面补零:`'000012345678'`",
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['000012345678'] });

/** The driver's half of a device. */
export const deviceSchema = z.strictObject({
  address: addressField().describe("The meter's communication address: 12 digits, in quotes"),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
