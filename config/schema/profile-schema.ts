import { z } from 'zod';
import { duration, nameField } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import { formerly, interval, open, range, rate, tagName, unit } from './fields.js';

/** The group of tags that name none. */
export const mainGroup = 'main';

const checked = {
  unit: unit().default('').describe('Unit of the value as delivered, after scale and offset'),
  resolution: z.number().positive().optional().describe('Smallest step of the sensor; comparisons tolerate half of it'),
  range: range().optional().describe('Measuring range; beyond it a value is uncertain, never hidden'),
  jump: rate().optional().describe('A faster change makes the value uncertain'),
  stuckAfter: duration().optional().describe('No change for this long makes the value uncertain'),
  formerly: formerly(tagName()),
};

/** The common half of a tag; the driver's half (where it is read, and as what) stands flat beside it. */
export const tagSchema = z.strictObject({
  ...checked,
  scale: z.number().default(1).describe('Delivered value = raw × scale + offset'),
  offset: z.number().default(0).describe('Added after scaling'),
  group: nameField().default(mainGroup).describe('Poll group; without one the tag is read at `poll`'),
  statutory: z.boolean().default(false).describe('Protected by law: raw bytes are kept, nothing may alter or thin it'),
});

const formulaSchema = z.strictObject({
  ...checked,
  formula: z
    .string()
    .min(1)
    .describe('Arithmetic over tags of one poll group and `context.NAME`, for example `0.8 * temperature + 2`'),
});

/** Points of one table. */
const pointsMax = 1000;

const curve = () =>
  z
    .array(z.tuple([z.number(), z.number()]))
    .min(2)
    .max(pointsMax)
    .superRefine((points, context) => {
      for (const [at, [x]] of points.entries()) {
        if (at === 0 || x > (points[at - 1] as [number, number])[0]) continue;
        const what = text((m) => m.problem.curveOrder({ x }));
        const params = { what, remedy: text((m) => m.remedy.curveOrder()) };
        context.addIssue({ code: 'custom', path: [at], message: what.en, params });
      }
    })
    .meta({
      examples: [
        [
          [0, 0],
          [1.5, 42],
        ],
      ],
    });

const curveSchema = z.strictObject({
  ...checked,
  curve: curve().describe(
    'Points [value of the other tag, value of this one], ascending; outside them there is no value',
  ),
  of: tagName().describe('The tag that the table is over: a level, a head'),
});

/** Computed, or read off a table. */
export const derivedSchema = z.union([formulaSchema, curveSchema]);

export const groupsSchema = z.record(nameField(), interval());

/** The common half of a profile; each tag is a common half beside the driver's. */
export const profileSchema = z.strictObject({
  version: z.literal(1).describe('Version of this file format'),
  profile: nameField().describe('Name that devices refer to'),
  summary: z
    .strictObject({
      en: z.string().min(1).describe('What device this is, in English'),
      zh: z.string().min(1).describe('What device this is, in Chinese'),
    })
    .optional()
    .describe('What device this is'),
  note: z
    .strictObject({
      en: z.string().min(1).describe('In English'),
      zh: z.string().min(1).describe('In Chinese'),
    })
    .optional()
    .describe('What one has to know who installs such a device: a quirk, a setting'),
  driver: z.string().min(1).describe('Protocol family the device speaks'),
  poll: interval()
    .prefault('10s')
    .describe('Interval of tags without a group; of a device that speaks by itself, how often it does'),
  groups: groupsSchema.default({}).describe('Poll groups and their intervals'),
  device: z
    .record(z.string(), open())
    .default({})
    .describe('Settings of each such device, as they stand on its line in the site file, which goes before'),
  tags: z.record(tagName(), open()).describe('Values the device has, by name'),
  derived: z.record(tagName(), derivedSchema).default({}).describe('Values computed from tags'),
});

/** A profile inside a site file, where its key is its name. */
export const inlineProfileSchema = profileSchema.omit({ version: true, profile: true });

export type Profile = z.output<typeof profileSchema>;
export type TagHalf = z.output<typeof tagSchema>;
export type DerivedHalf = z.output<typeof derivedSchema>;
