import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Condition,
  hasValue,
  Quality,
  type RuleDefinition,
  type StampedFrame,
  type TagTable,
} from '../../gateway/contract/index.js';
import {
  compileOnly,
  feed,
  feedAll,
  frameOf,
  isJudgement,
  judgementsOf,
  mixedRuns,
  type Reading,
  throughDisk,
  weaveTicks,
} from './rule-inputs.js';

/** What the suite needs to try a rule. */
export interface RuleHarness<Config> {
  readonly definition: RuleDefinition<Config>;
  /** Settings as written in a site file, several that differ. */
  readonly written: readonly Readonly<Record<string, unknown>>[];
  /** A table that has the tags of the settings, or several for a rule that looks at several; the first is judged. */
  readonly tables: readonly [TagTable, ...TagTable[]];
  /** A table that has none of the tags the settings name. */
  readonly foreignTable: TagTable;
  /**
   * The slot of the first table without which every one of the settings is blind; undefined where a rule can judge
   * without a reading.
   */
  readonly slot: number | undefined;
  /** Values around the limits of the settings. */
  readonly values: fc.Arbitrary<number>;
  /** Readings of a table at a second, such that none of the settings is reached while these go on. */
  readonly calm: (table: TagTable, second: number) => readonly Reading[];
}

const junk = [
  null,
  0,
  '',
  [],
  {},
  { value: 'x' },
  { conditions: 7 },
  { conditions: { HH: { active: 1 } } },
  { conditions: {}, gauge: [[3, 1], 'x'] },
  {
    conditions: null,
    gauge: {
      since: 'never',
      window: [
        [5, 1],
        [5, 2],
      ],
    },
  },
] as const;

/** Longer than every delay and window of the settings. */
const calmSeconds = 300;

/** What every rule owes its host, whatever it judges. */
export function describeRuleContract<Config>(name: string, harness: RuleHarness<Config>): void {
  const { definition, tables, slot } = harness;
  const [judged] = tables;
  const runs = fc.tuple(fc.constantFrom(...harness.written), mixedRuns(tables, harness.values));
  const compiled = (written: Readonly<Record<string, unknown>>) => compileOnly(definition, written, [judged], tables);

  describe(`${name} keeps the contract of a rule`, () => {
    test('a misspelt setting is refused', () => {
      for (const written of harness.written) {
        expect(definition.config.safeParse({ ...written, mispelt: 1 }).success).toBe(false);
      }
    });

    test('a table without its tags gets no rule', () => {
      const foreign = [harness.foreignTable];
      for (const written of harness.written) {
        expect(definition.create('a-rule', definition.config.parse(written), foreign, foreign)).toEqual([]);
      }
    });

    test('its conditions are described, once each, in both languages', () => {
      for (const written of harness.written) {
        const { conditions } = compiled(written);
        expect(conditions.length).toBeGreaterThan(0);
        expect(new Set(conditions.map(({ key }) => key)).size).toBe(conditions.length);
        for (const { key, device, message } of conditions) {
          expect(key).toContain(device);
          expect(message.en).not.toBe('');
          expect(message.zh).not.toBe('');
        }
      }
    });

    test('it is given frames of tables it was compiled for, each once', () => {
      for (const written of harness.written) {
        const { tables: needed } = compiled(written);
        expect(needed.length).toBeGreaterThan(0);
        expect(new Set(needed).size).toBe(needed.length);
        for (const table of needed) expect(tables).toContain(table);
      }
    });

    test('it tells changes only, of described conditions, at the instant of the input', () => {
      fc.assert(
        fc.property(runs, ([written, frames]) => {
          const { rule, conditions } = compiled(written);
          const standing = new Map<string, unknown>(conditions.map(({ key }) => [key, false]));
          for (const input of weaveTicks(frames, 60)) {
            for (const finding of feed(rule, input)) {
              expect(finding.instant).toBe('frame' in input ? input.frame.instant : input.tick);
              if (isJudgement(finding)) {
                expect(standing.has(finding.key)).toBe(true);
                expect(finding.condition).not.toBe(standing.get(finding.key));
                expect(finding.since).toBeLessThanOrEqual(finding.instant);
                standing.set(finding.key, finding.condition);
              } else {
                expect(standing.has(finding.exceeded)).toBe(true);
                expect(finding.began.instant).toBeLessThanOrEqual(finding.instant);
                expect(finding.readings).toBeGreaterThan(0);
              }
            }
          }
        }),
      );
    });

    test('the same inputs give the same findings', () => {
      fc.assert(
        fc.property(runs, ([written, frames]) => {
          const inputs = weaveTicks(frames, 60);
          expect(feedAll(compiled(written).rule, inputs)).toEqual(feedAll(compiled(written).rule, inputs));
        }),
      );
    });

    test('a restart at any step goes on where it was', () => {
      fc.assert(
        fc.property(runs, fc.nat(), ([written, frames], where) => {
          const inputs = weaveTicks(frames, 60);
          const cut = where % (inputs.length + 1);
          const before = compiled(written).rule;
          const told = feedAll(before, inputs.slice(0, cut));
          const after = compiled(written).rule;
          after.restore(throughDisk(before.snapshot()));
          told.push(...feedAll(after, inputs.slice(cut)));
          expect(told).toEqual(feedAll(compiled(written).rule, inputs));
          expect(after.snapshot()).toEqual(throughDisk(after.snapshot()));
        }),
      );
    });

    test('a snapshot it cannot use makes it start afresh', () => {
      fc.assert(
        fc.property(runs, fc.oneof(fc.constantFrom(...junk), fc.jsonValue()), ([written, frames], state) => {
          const inputs = weaveTicks(frames, 5);
          const rule = compiled(written).rule;
          rule.restore(throughDisk(state as never));
          expect(feedAll(rule, inputs)).toEqual(feedAll(compiled(written).rule, inputs));
        }),
      );
    });

    test('late frames change nothing', () => {
      fc.assert(
        fc.property(runs, ([written, frames]) => {
          const timely = frames.filter((frame) => frame.late !== true);
          expect(feedAll(compiled(written).rule, weaveTicks(frames, 60))).toEqual(
            feedAll(compiled(written).rule, weaveTicks(timely, 60 + ticksAfter(timely, frames))),
          );
        }),
      );
    });

    test('a condition is in force when the last that was known of it says so', () => {
      fc.assert(
        fc.property(runs, ([written, frames]) => {
          const { rule, conditions } = compiled(written);
          const known = new Map<string, Condition>(conditions.map(({ key }) => [key, false]));
          for (const input of weaveTicks(frames, 60)) {
            for (const { key, condition } of judgementsOf(feed(rule, input))) {
              if (condition !== 'unknown') known.set(key, condition);
            }
            for (const { key } of conditions) expect(rule.isActive(key)).toBe(known.get(key));
          }
          expect(rule.isActive('no such condition')).toBe(false);
        }),
      );
    });

    test('a condition assumed to be in force ends when what is read does not reach it', () => {
      for (const written of harness.written) {
        for (const { key } of compiled(written).conditions) {
          const { rule, conditions } = compiled(written);
          rule.assumeActive('no such condition');
          rule.assumeActive(key);
          expect(conditions.filter((one) => rule.isActive(one.key)).map((one) => one.key)).toEqual([key]);
          const frames = Array.from({ length: calmSeconds }, (_, second) =>
            tables.map((table) => frameOf(table, second * 1000, harness.calm(table, second))),
          );
          const told = judgementsOf(feedAll(rule, weaveTicks(frames.flat())));
          const own = told.filter((one) => one.key === key).map(({ condition }) => condition);
          expect(own.at(-1)).toBe(false);
          expect(rule.isActive(key)).toBe(false);
          // It may only be told again after it was unknown; no other comes.
          for (const [at, condition] of own.entries()) if (condition === true) expect(own[at - 1]).toBe('unknown');
          expect(told.filter((one) => one.key !== key && one.condition === true)).toEqual([]);
        }
      }
    });

    if (slot !== undefined) {
      test('without a reading nothing is raised and nothing clears', () => {
        fc.assert(
          fc.property(runs, ([written, frames]) => {
            const { rule } = compiled(written);
            let isBlind = false;
            for (const input of weaveTicks(frames, 60)) {
              if ('frame' in input && input.frame.late !== true && input.frame.table === judged) {
                const quality = input.frame.quality[slot] as number;
                if (quality !== Quality.absent) isBlind = !hasValue(quality);
              }
              for (const { condition } of judgementsOf(feed(rule, input))) {
                if (isBlind) expect(condition).toBe('unknown');
              }
            }
          }),
        );
      });
    }

    if (slot !== undefined) {
      test('a frame that says nothing is as none', () => {
        fc.assert(
          fc.property(runs, fc.func(fc.nat(3)), ([written, frames], silencesAfter) => {
            const silent = (frame: StampedFrame): StampedFrame => ({
              ...frame,
              values: frame.values.map(() => Number.NaN),
              quality: frame.quality.map(() => Quality.absent),
            });
            const mixed = frames.flatMap((frame, at) => [
              frame,
              ...Array.from({ length: silencesAfter(at) }, () => silent(frame)),
            ]);
            expect(feedAll(compiled(written).rule, weaveTicks(mixed, 60))).toEqual(
              feedAll(compiled(written).rule, weaveTicks(frames, 60)),
            );
          }),
        );
      });
    }

    test('frames are left as they came', () => {
      fc.assert(
        fc.property(runs, ([written, frames]) => {
          const before = frames.map((frame) => [[...frame.values], [...frame.quality]]);
          feedAll(compiled(written).rule, weaveTicks(frames));
          expect(frames.map((frame) => [[...frame.values], [...frame.quality]])).toEqual(before);
        }),
      );
    });
  });
}

/** Ticks that late frames at the end of a run drew after the last timely one. */
function ticksAfter(timely: readonly StampedFrame[], all: readonly StampedFrame[]): number {
  const seconds = (frame: StampedFrame | undefined): number =>
    frame === undefined ? 0 : Math.floor(frame.instant / 1000) + 1;
  return seconds(all.at(-1)) - seconds(timely.at(-1));
}
