import { z } from 'zod';
import { isDeviceTime } from '../device-time.js';
import { type JsonPath, jsonPathField } from './json-path.js';

const zonePattern = /^([+-])(0\d|1[0-4]):?([0-5]\d)$/;

/** Where a message tells its time, and how it is written. */
export const timeSchema = z.strictObject({
  path: jsonPathField().describe('Where the time stands'),
  format: z
    .enum(['ms', 's', 'text'])
    .default('ms')
    .describe('Milliseconds or seconds since 1970 UTC, or `text`: RFC 3339, such as `2026-12-01T08:00:00+08:00`'),
  zone: z
    .string()
    .regex(zonePattern)
    .optional()
    .describe('Zone of a text that names none, such as `+08:00`; without it such a text is no time')
    .meta({ examples: ['+08:00'] }),
});

export type TimeSettings = z.output<typeof timeSchema> & { readonly path: JsonPath };

const textPattern = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?$/i;

type WrittenForm = Pick<TimeSettings, 'format' | 'zone'>;

/** ms UTC; undefined when what stands there is no time of this form, or none a device may tell. Numbers may stand in text. */
export function readTime(value: unknown, form: WrittenForm): number | undefined {
  const ms = readForm(value, form);
  return ms !== undefined && isDeviceTime(ms) ? ms : undefined;
}

function readForm(value: unknown, { format, zone }: WrittenForm): number | undefined {
  if (format === 'text') return typeof value === 'string' ? readTextTime(value.trim(), zone) : undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' ? Math.round(format === 's' ? number * 1000 : number) : undefined;
}

/** RFC 3339 §5.6, with a blank in place of `T` as its note allows. */
function readTextTime(text: string, zone: string | undefined): number | undefined {
  const match = textPattern.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offsetMs = zoneMs(match[8] ?? zone);
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const isReal = new Date(local).toISOString().slice(0, 19) === `${text.slice(0, 10)}T${text.slice(11, 19)}`;
  if (offsetMs === undefined || !isReal) return undefined;
  return local - offsetMs + Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
}

function zoneMs(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (zone.toUpperCase() === 'Z') return 0;
  const match = zonePattern.exec(zone);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
