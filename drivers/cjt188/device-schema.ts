import { z } from 'zod';
import { settingIssue } from '../streams/index.js';

/** Codes of the sorts of meters, CJ/T 188-2004. */
export const meterTypes = {
  water: 0x10,
  'hot-water': 0x11,
  'drinking-water': 0x12,
  'reclaimed-water': 0x13,
  heat: 0x20,
  cooling: 0x21,
  gas: 0x30,
} as const;

type MeterTypeName = keyof typeof meterTypes;

/** YAML reads fourteen bare digits as a number: it has to be text. */
const addressField = () =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      if (typeof given === 'string' && /^[0-9A-Fa-f]{14}$/.test(given)) return given.toUpperCase();
      context.addIssue(
        settingIssue({
          what: { en: `\`${given}\` is no meter address`, zh: `“${given}”不是仪表地址` },
          remedy: {
            en: "write 14 digits in quotes, the maker's four and the meter's ten, zeros in front: `'78330011223344'`",
            zh: "写 14 位并加引号:厂家代码 4 位加表号 10 位,前面补零,如 `'78330011223344'`",
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['78330011223344'] });

/** The driver's half of a device. */
export const deviceSchema = z.strictObject({
  address: addressField().describe("The meter's address: 14 digits, in quotes, those of the maker first"),
  meter: z
    .enum(Object.keys(meterTypes) as [MeterTypeName, ...MeterTypeName[]])
    .describe('What it meters: part of its address, and of what it answers'),
  identifier: z
    .enum(['1F 90', '90 1F'])
    .default('1F 90')
    .describe('How DI 901F stands on the wire; some makers send its high byte first'),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
