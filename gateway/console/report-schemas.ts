import { z } from 'zod';
import { priorities } from '../contract/index.js';
import type { AlarmReport } from '../runtime/index.js';
import { displays } from './alarm-schemas.js';
import { count, text } from './schema-fields.js';

/** What the interface says of a period's alarms. Times are ms UTC, as in the report itself. */

const utc = () => z.number().describe('ms UTC');
const duration = () => z.number().min(0);
const share = () => z.number().min(0).max(1);

const measure = z
  .strictObject({
    value: z.number(),
    target: z.strictObject({
      bound: z.enum(['at-most', 'at-least']),
      met: z.number(),
      manageable: z.number().nullable().describe('A person still copes up to here'),
      isConfirmed: z.boolean().describe('False where the figure is widely quoted but was not read in the standard'),
    }),
    verdict: z.enum(['met', 'manageable', 'missed', 'too-few']),
  })
  .meta({ id: 'Measure', description: 'A figure against its target (EEMUA 191, ISA-18.2)' });

const place = { key: z.string(), device: z.string(), tag: z.string(), kind: z.string() };
const named = { ...place, message: text };
const priority = z.enum(priorities);
const counted = z.strictObject({ ...named, count: count() });

const load = z.strictObject({
  total: count().describe('Alarms that came and called for a person'),
  announcedAgain: count(),
  silent: count().describe('Came while shelved, suppressed or out of service'),
  perTenMinutes: measure,
  perHour: measure,
  perDay: measure,
  peak: measure.describe('Most in any ten minutes'),
  peakBegin: utc().nullable(),
  crowdedShare: measure,
  slots: z.array(z.strictObject({ begin: utc(), critical: count(), high: count(), medium: count(), low: count() })),
});

const flood = z.strictObject({
  begin: utc().nullable().describe('null: before the period'),
  end: utc().nullable().describe('null: not in the period'),
  count: count(),
  peak: count(),
});

const standing = z.strictObject({
  ...named,
  priority,
  state: z.enum(displays),
  since: utc().nullable(),
  forMs: duration(),
});

const putAside = z.strictObject({
  ...named,
  how: z.enum(['shelved', 'out-of-service']),
  who: z.string(),
  reason: z.string(),
  since: utc().nullable(),
  end: utc().nullable(),
  forMs: duration().nullable(),
});

const exceedance = z.strictObject({
  ...place,
  exceedances: count(),
  totalMs: duration(),
  worstPeak: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string(),
  alarms: count(),
  events: count(),
});

export const alarmReport = z
  .strictObject({
    from: utc().describe('ms UTC; the first entry kept, where that is later than asked for'),
    to: utc().describe('ms UTC, not included'),
    operators: z.number().min(1),
    load,
    floods: z.strictObject({ list: z.array(flood), share: measure }),
    chattering: z.strictObject({
      alarms: z.array(z.strictObject({ ...named, episodes: count(), activationsMin: count() })),
      count: measure,
    }),
    fleeting: z.strictObject({ count: count(), withinMs: duration(), alarms: z.array(counted) }),
    standing: z.strictObject({ alarms: z.array(standing), count: measure }),
    topTen: z.strictObject({
      alarms: z.array(z.strictObject({ ...named, count: count(), priority, share: share() })),
      share: measure,
    }),
    priorities: z.array(z.strictObject({ priority, count: count(), share: measure })),
    acknowledgement: z.strictObject({
      acknowledged: count(),
      medianMs: duration().nullable(),
      ninetiethMs: duration().nullable(),
      waiting: count(),
      over: count(),
    }),
    putAside: z.array(putAside),
    suppressed: z.array(z.strictObject({ ...named, by: z.string(), count: count(), totalMs: duration() })),
    exceedances: z.array(exceedance),
    events: count(),
    unlabelled: count().describe('Entries whose time is not known: in no count above'),
  })
  .meta({ id: 'AlarmReport' }) satisfies z.ZodType<AlarmReport>;
