import { z } from 'zod';
import { parseDuration } from '../../gateway/contract/index.js';
import { normaliseUnit } from './units.js';

function isTimezone(name: string): boolean {
  if (/^[+-](0\d|1[0-4]):[0-5]\d$/.test(name)) return true;
  try {
    return /\//.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** `+08:00` or an IANA name such as `Asia/Shanghai`. */
export const timezone = () =>
  z
    .string()
    .refine(isTimezone, { message: 'timezone', params: { expected: 'timezone' } })
    .meta({ examples: ['+08:00', 'Asia/Shanghai'] });

/** A unit label in its one spelling. */
export const unit = () =>
  z
    .string()
    .max(24)
    .transform(normaliseUnit)
    .meta({ examples: ['°C', 'm³/h', '%'] });

const ratePattern = /^(\d+(?:\.\d+)?)\s*\/\s*(s|min|h)$/;
const rateSeconds = { s: 1, min: 60, h: 3600 } as const;

/** `5/s`, `10/min` → a change a second. */
export const rate = () =>
  z
    .string()
    .transform((text, context) => {
      const match = ratePattern.exec(text.trim());
      const perSecond = match && Number(match[1]) / rateSeconds[match[2] as keyof typeof rateSeconds];
      if (!perSecond) {
        context.addIssue({ code: 'custom', message: 'rate', params: { expected: 'rate' } });
        return z.NEVER;
      }
      return perSecond;
    })
    .meta({ pattern: ratePattern.source, examples: ['5/s', '10/min'] });

/** A measuring range, low before high. */
export const range = () =>
  z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, { message: 'range', params: { expected: 'range' } })
    .meta({ examples: [[0, 100]] });

/** Lowest interval anything is polled at: below it the timer is coarser than the interval. */
export const pollFloorMs = 10;

const intervalPattern = String.raw`^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)$`;

/** A poll interval. */
export const interval = () =>
  z
    .string()
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms === undefined || ms < pollFloorMs || ms > 86_400_000) {
        context.addIssue({ code: 'custom', message: 'interval', params: { expected: 'interval' } });
        return z.NEVER;
      }
      return ms;
    })
    .meta({ pattern: intervalPattern, examples: ['1s', '500ms', '10min'] });

/** Tags become field names, topics and words of formulas: they begin with a letter. */
export const tagName = () => z.string().regex(/^\p{L}[\p{L}\p{N}_.-]{0,63}$/u);

/** A day of the site's calendar. */
export const day = () => z.iso.date().meta({ examples: ['2026-12-01'] });

/** Names that something had before, so that what is remembered of it goes on. */
export const formerly = (name: z.ZodType<string>) =>
  z
    .array(name)
    .default([])
    .describe('Names it had before; what is remembered under them goes on')
    .meta({ examples: [['old-name']] });

/** What is checked later, by whoever it belongs to. */
export const open = () => z.unknown();
