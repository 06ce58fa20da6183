import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';
import { parseAddress } from './address.js';

const stationField = () =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      const address = typeof given === 'string' ? parseAddress(given) : undefined;
      if (address !== undefined) return address;
      const what = { en: `\`${given}\` is no address of a station`, zh: `“${given}”不是监测站地址` };
      const remedy = {
        en: "write region and station `'110108-1284'`, or the 8 digits of its code in quotes",
        zh: "写行政区划码和站址 `'110108-1284'`，或加引号的 8 位站编码",
      };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ examples: ['110108-1284', '12345678'] });

/** Work modes of a station, which each confirmation tells it again; SL/T 427-2021 §7.5. */
export const modes = { compatible: 0x00, 'self-report': 0x01, query: 0x02, debug: 0x03 } as const;
export type Mode = keyof typeof modes;

/** The driver's half of a device: one station. */
export const deviceSchema = z.strictObject({
  station: stationField().describe(
    'Address set in the station: `110108-1284` region and station, 8 digits of its code, or 10 digits as in its frames',
  ),
  mode: z
    .enum(Object.keys(modes) as [Mode, ...Mode[]])
    .default('compatible')
    .describe('Work mode that each confirmation sets the station to'),
  timeTag: z
    .enum(['auto', 'short', 'long'])
    .default('auto')
    .describe('Its time tag: `short` 5 bytes (SZY 206-2016), `long` 7 bytes (SL/T 427-2021), `auto` by what fits'),
  silentAfter: duration()
    .prefault('125min')
    .describe(
      'A station that says nothing for so long, link tests included, is bad: twice its interval and some minutes',
    ),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
