import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import { mistake } from './mistake.js';
import { statesField } from './states.js';

/** What a tag is compared with: exactly one of these in a test. */
export const comparisons = ['above', 'below', 'atLeast', 'atMost', 'is', 'isNot', 'isBad'] as const;
export type Comparison = (typeof comparisons)[number];

const number = (text: string) => z.number().optional().describe(text);

const test = z
  .strictObject({
    device: z
      .string()
      .min(1)
      .optional()
      .describe('Device of the tag; without it, the device that the rule is applied to'),
    tag: z.string().min(1).describe('Name of the tag'),
    above: number('True above this value'),
    below: number('True below this value'),
    atLeast: number('True at this value and above'),
    atMost: number('True at this value and below'),
    is: statesField().optional().describe('True while the tag is this, or one of these: 1, true, [3, 4]'),
    isNot: statesField().optional().describe('True while the tag is not this, or none of these'),
    isBad: z.literal(true).optional().describe('True while the reading of the tag is bad'),
    for: duration().optional().describe('True only when it has held this long without a break'),
    within: duration().optional().describe('True when it was true at some moment of this last time'),
    maxAge: duration().prefault('3min').describe('A reading older than this is not believed: unknown'),
  })
  .superRefine((written, context) => {
    const given = comparisons.filter((one) => written[one] !== undefined);
    if (given.length === 1) return;
    const what =
      given.length === 0
        ? { en: 'nothing is compared', zh: '没有比较条件' }
        : { en: `${given.join(' and ')} are given together`, zh: `同时填写了 ${given.join('、')}` };
    const remedy = {
      en: `give one of ${comparisons.join(', ')}; join several tests with all or any`,
      zh: `请填写 ${comparisons.join('、')} 之一；多个条件请用 all 或 any 组合`,
    };
    context.addIssue(mistake([], what, remedy));
  });

/** One comparison of one tag; durations in ms. */
export type Test = z.output<typeof test>;

/** A condition over several tags, as a tree. */
export type When =
  | Test
  | { readonly all: readonly When[] }
  | { readonly any: readonly When[] }
  | { readonly atLeast: number; readonly of: readonly When[] }
  | { readonly not: When };

const several = (text: string) =>
  z
    .array(z.lazy(() => when))
    .min(1)
    .describe(text);

/** A condition in the site file: one test, or tests joined by `all`, `any`, `atLeast … of` and `not`, to any depth. */
export const when: z.ZodType<When> = z
  .union([
    test,
    z.strictObject({ all: several('True when all of these are') }),
    z.strictObject({ any: several('True when one of these is, or more') }),
    z
      .strictObject({
        atLeast: z.int().min(1).describe('How many of them must be true'),
        of: several('The conditions that are counted'),
      })
      .superRefine(({ atLeast, of }, context) => {
        if (atLeast <= of.length) return;
        const what = {
          en: `${atLeast} of ${of.length} can never be true`,
          zh: `${of.length} 个条件不可能有 ${atLeast} 个成立`,
        };
        context.addIssue(mistake(['atLeast'], what, { en: `give at most ${of.length}`, zh: `最多填写 ${of.length}` }));
      }),
    z.strictObject({ not: z.lazy(() => when).describe('True when this is false') }),
  ])
  .describe('What must be true')
  .meta({ id: 'condition' });

/** Every test of a tree, in reading order. */
export function testsOf(tree: When): readonly Test[] {
  if ('tag' in tree) return [tree];
  if ('all' in tree) return tree.all.flatMap(testsOf);
  if ('any' in tree) return tree.any.flatMap(testsOf);
  if ('of' in tree) return tree.of.flatMap(testsOf);
  return testsOf(tree.not);
}
