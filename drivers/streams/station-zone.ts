import { z } from 'zod';
import { settingIssue } from './setting-fault.js';

const pattern = /^([+-])(\d\d):(\d\d)$/;
const hoursMax = 14;

/** `+08:00` → minutes east of Greenwich; undefined where it is no such offset. */
export function parseZone(text: string): number | undefined {
  const [, sign, hours, minutes] = pattern.exec(text) ?? [];
  if (!(Number(hours) <= hoursMax && Number(minutes) < 60)) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Zone the clocks of stations are set to, as minutes east of Greenwich: with a summer time their hours would be ambiguous. */
export const zoneField = () =>
  z
    .string()
    .transform((text, context) => {
      const minutes = parseZone(text);
      if (minutes !== undefined) return minutes;
      const what = { en: `\`${text}\` is no time zone of a station`, zh: `“${text}”不是站点时区` };
      const remedy = { en: 'write how far it is from UTC: `+08:00`', zh: '写与 UTC 的时差：`+08:00`' };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ pattern: pattern.source, examples: ['+08:00'] });
