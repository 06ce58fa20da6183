import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasValue, type RuleDefinition, type StampedFrame, type TagTable } from '../../gateway/contract/index.js';
import { feed, feedAll, frameRuns, throughDisk, weaveTicks } from './rule-inputs.js';

/** What the suite needs to try a rule. */
export interface RuleHarness<Config> {
  readonly definition: RuleDefinition<Config>;
  /** Settings as written in a site file, several that differ. */
  readonly written: readonly Readonly<Record<string, unknown>>[];
  readonly table: TagTable;
  /** A table that has none of the tags the settings name. */
  readonly foreignTable: TagTable;
  /** The slot judged by every one of the settings. */
  readonly slot: number;
  /** Values around the limits of the settings. */
  readonly values: fc.Arbitrary<number>;
}

const junk = [null, 0, '', [], {}, { value: 'x' }, { conditions: 7 }, { conditions: { HH: { active: 1 } } }] as const;

/** What every rule owes its host, whatever it judges. */
export function describeRuleContract<Config>(name: string, harness: RuleHarness<Config>): void {
  const { definition, table, slot } = harness;
  const runs = fc.tuple(fc.constantFrom(...harness.written), frameRuns(table, harness.values));

  const compile = (written: Readonly<Record<string, unknown>>, on: TagTable = table) =>
    definition.create('a-rule', definition.config.parse(written), on);
  const compiled = (written: Readonly<Record<string, unknown>>) => {
    const rule = compile(written);
    if (rule === undefined) throw new Error('the harness gives a table the rule does not fit');
    return rule;
  };

  describe(`${name} keeps the contract of a rule`, () => {
    test('a misspelt setting is refused', () => {
      for (const written of harness.written) {
        expect(definition.config.safeParse({ ...written, mispelt: 1 }).success).toBe(false);
      }
    });

    test('a table without its tags gets no rule', () => {
      for (const written of harness.written) expect(compile(written, harness.foreignTable)).toBeUndefined();
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

    test('it tells changes only, of described conditions, at the instant of the input', () => {
      fc.assert(
        fc.property(runs, ([written, frames]) => {
          const { rule, conditions } = compiled(written);
          const standing = new Map<string, unknown>(conditions.map(({ key }) => [key, false]));
          for (const input of weaveTicks(frames, 60)) {
            for (const judgement of feed(rule, input)) {
              expect(standing.has(judgement.key)).toBe(true);
              expect(judgement.condition).not.toBe(standing.get(judgement.key));
              expect(judgement.instant).toBe('frame' in input ? input.frame.instant : input.tick);
              standing.set(judgement.key, judgement.condition);
            }
          }
        }),
      );
    });

    test('the same inputs give the same judgements', () => {
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

    test('without a reading nothing is raised and nothing clears', () => {
      fc.assert(
        fc.property(runs, ([written, frames]) => {
          const { rule } = compiled(written);
          let isBlind = false;
          for (const input of weaveTicks(frames, 60)) {
            if ('frame' in input && input.frame.late !== true) {
              isBlind = !hasValue(input.frame.quality[slot] as number);
            }
            for (const { condition } of feed(rule, input)) if (isBlind) expect(condition).toBe('unknown');
          }
        }),
      );
    });

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
