import { z } from 'zod';
import type { ContextView, PlanView } from '../runtime/index.js';
import { count, rfc3339 } from './schema-fields.js';

/** What holds: a number, a text, a day as `2026-11-21`, or nothing. */
export const contextValue = () => z.union([z.number(), z.string(), z.null()]);

const said = { revision: count(), who: z.string(), reason: z.string() };

const plan = z
  .strictObject({ value: contextValue(), from: z.iso.datetime(), ...said })
  .meta({ id: 'ContextPlan', description: 'A change that is still to come' }) satisfies z.ZodType<PlanView>;

export const contextItem = z
  .strictObject({
    name: z.string(),
    type: z.enum(['number', 'date', 'text']),
    unit: z.string(),
    description: z.string(),
    by: z.enum(['operator', 'engineer']).describe('Who may set it, and every role above'),
    value: contextValue().describe('null: nothing holds; a day as `2026-11-21`'),
    number: z.number().nullable().describe('What rules and formulas get: for a day the days since'),
    from: rfc3339().describe('Since when; null for what the site file says'),
    ...said,
    plans: z.array(plan).describe('The next one first'),
  })
  .meta({ id: 'Context', description: 'What holds for a while at this site' }) satisfies z.ZodType<ContextView>;
