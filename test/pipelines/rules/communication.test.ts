import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Judgement, Quality, type TagTable } from '../../../gateway/contract/index.js';
import { Communication, newPhase } from '../../../pipelines/index.js';
import { presenceOf } from '../../../pipelines/rules/presence.js';
import { frameOf, tableOf, throughDisk } from '../../contracts/rule-inputs.js';

const tag = { name: 'a', type: 'number', unit: '' } as const;
const table = (device: string, number: number): TagTable => ({
  ...tableOf([tag, { ...tag, name: 'b' }], number),
  device,
});
const tables = [table('d1', 1), table('d2', 2)];
const [d1, d2] = tables as [TagTable, TagTable];
const noLink = { quality: Quality['bad-not-connected'] };
const noAnswer = { quality: Quality['bad-no-answer'] };
const sensor = { quality: Quality['bad-sensor-failure'] };

function watch(toxicTags = new Map<string, string[]>()) {
  const phases = new Map(['d1', 'd2'].map((device) => [device, newPhase()]));
  const settings = { link: 'bus', tables, lostAfterMs: 5000, settlingMs: 10_000, phases, toxicTags };
  return { rule: new Communication(settings), phases, settings };
}

const told = (findings: readonly unknown[]): string[] =>
  (findings as readonly Judgement[]).map(({ key, condition }) => `${key} ${condition}`);

describe('what a frame says of the way to its device', () => {
  test.each([
    ['a value', [1, noAnswer], 'read'],
    ['a value that failed by itself', [sensor, noAnswer], 'read'],
    ['no link', [noLink, noLink], 'no-link'],
    ['no answer', [noAnswer, noAnswer], 'no-device'],
    ['nothing was read', [{ quality: Quality.absent }, { quality: Quality.absent }], 'nothing'],
    ['nothing but formulas of what is missing', [noAnswer, { quality: Quality['bad-formula'] }], 'no-device'],
  ] as const)('%s', (_, readings, presence) => {
    expect(presenceOf(frameOf(d1, 0, [...readings]))).toBe(presence);
  });
});

describe('a link and its devices', () => {
  test('a lost link is one condition after a while, and its return one', () => {
    const { rule, phases } = watch();
    for (const one of tables) expect(rule.next(frameOf(one, 0, [1, 1]))).toEqual([]);
    expect([...phases.values()].map(({ isOut }) => isOut)).toEqual([false, false]);
    for (const one of tables) expect(told(rule.next(frameOf(one, 20_000, [noLink, noLink])))).toEqual([]);
    expect([...phases.values()].map(({ isOut }) => isOut)).toEqual([true, true]);
    expect(told([25_000, 26_000, 27_000].flatMap((tick) => rule.tick(tick)))).toEqual(['link/bus/LINK true']);
    expect(told(rule.next(frameOf(d1, 30_000, [1, 1])))).toEqual(['link/bus/LINK false']);
    expect(phases.get('d1')).toEqual({ isOut: false, settledFrom: 40_000 });
    expect(phases.get('d2')?.isOut).toBe(true);
    expect(rule.next(frameOf(d2, 31_000, [1, 1]))).toEqual([]);
  });

  test('a device that does not answer is a condition of its own, and none while its link is lost', () => {
    const { rule } = watch();
    for (const one of tables) rule.next(frameOf(one, 0, [1, 1]));
    rule.next(frameOf(d2, 1000, [noAnswer, noAnswer]));
    expect(told([5000, 6000, 7000].flatMap((tick) => rule.tick(tick)))).toEqual(['device/d2/DEVICE true']);
    rule.next(frameOf(d2, 8000, [noLink, noLink]));
    expect(told([14_000].flatMap((tick) => rule.tick(tick)))).toEqual(['link/bus/LINK true']);
    expect(told(rule.next(frameOf(d2, 15_000, [1, 1])))).toEqual(['link/bus/LINK false', 'device/d2/DEVICE false']);
  });

  test('where dangerous-gas readings hang on it, nothing is waited for, and they are named', () => {
    const { rule } = watch(new Map([['d2', ['h2s']]]));
    const [link, one, two] = rule.conditions;
    expect(link?.message.en).toContain('d2/h2s');
    expect(one?.message.en).not.toContain('h2s');
    expect(two?.message.zh).toContain('d2/h2s');
    rule.next(frameOf(d1, 0, [1, 1]));
    expect(told(rule.next(frameOf(d1, 1000, [noLink, noLink])))).toEqual(['link/bus/LINK true']);
  });

  test('history filled in afterwards says nothing of now', () => {
    const { rule, phases } = watch();
    rule.next(frameOf(d1, 0, [1, 1], { late: true }));
    expect(phases.get('d1')?.isOut).toBe(true);
  });

  test('a restart at any step goes on where it was', () => {
    const step = fc.record({
      at: fc.integer({ min: 0, max: 8000 }),
      device: fc.constantFrom(d1, d2),
      reading: fc.constantFrom(1, noLink, noAnswer, sensor),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat({ max: 30 }), (steps, cut) => {
        const [whole, parted] = [watch(), watch()];
        const tellBoth: [string[], string[]] = [[], []];
        let rule = parted.rule;
        let instant = 0;
        for (const [index, { at, device, reading }] of steps.entries()) {
          if (index === cut) {
            const again = new Communication(parted.settings);
            again.restore(throughDisk(rule.snapshot()));
            rule = again;
          }
          instant += at;
          const frame = frameOf(device, instant, [reading, reading]);
          const tick = Math.floor(instant / 1000) * 1000;
          tellBoth[0].push(...told([...whole.rule.tick(tick), ...whole.rule.next(frame)]));
          tellBoth[1].push(...told([...rule.tick(tick), ...rule.next(frame)]));
        }
        expect(tellBoth[1]).toEqual(tellBoth[0]);
        expect([...parted.phases]).toEqual([...whole.phases]);
      }),
    );
  });
});
