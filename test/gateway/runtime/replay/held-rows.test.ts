import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type RecordedRow, heldRows } from '../../../../gateway/runtime/index.js';

const hold = { maxMs: 60, everyMs: 10 };
const held = (rows: readonly RecordedRow[]): RecordedRow[] => [...heldRows(rows, hold)];

describe('rows between what was kept', () => {
  test('are put in as often as the device was read, and end where the sink would have said it again', () => {
    const rows = held([
      { time: 0, values: { a: 1 } },
      { time: 200, values: { a: 2 } },
    ]);
    expect(rows.map(({ time }) => time)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 200]);
    expect(rows.map(({ values }) => values['a'])).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2]);
  });

  test('hold each tag by itself; one that is older than it may be is a failed reading', () => {
    const rows = held([
      { time: 0, values: { a: 1, b: 'auto' } },
      { time: 50, values: { a: 2 } },
      { time: 100, values: { a: 3 } },
    ]);
    expect(rows.at(-2)).toEqual({ time: 90, values: { a: 2, b: Number.NaN } });
    expect(rows.at(-1)).toEqual({ time: 100, values: { a: 3, b: Number.NaN } });
    expect(rows.find(({ time }) => time === 70)).toEqual({ time: 70, values: { a: 2, b: 'auto' } });
  });

  test('are not put in beside one that came a little early or late', () => {
    const rows = held([0, 9, 21, 30].map((time) => ({ time, values: { a: 1 } })));
    expect(rows.map(({ time }) => time)).toEqual([0, 9, 21, 30]);
  });

  test('a failed reading is held like any other', () => {
    expect(
      held([
        { time: 0, values: { a: Number.NaN } },
        { time: 20, values: {} },
      ]).map(({ values }) => values),
    ).toEqual([0, 10, 20].map(() => ({ a: Number.NaN })));
  });

  test('whatever was kept: every row is there in its order, and no value is older than it may be', () => {
    const row = fc.record({
      step: fc.integer({ min: 0, max: 300 }),
      values: fc.dictionary(fc.constantFrom('a', 'b'), fc.integer(), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (steps) => {
        let time = 0;
        const kept = steps.map(({ step, values }) => ({ time: (time += step), values }));
        const rows = held(kept);
        expect(rows.map((one) => one.time)).toEqual(rows.map((one) => one.time).toSorted((a, b) => a - b));
        for (const { time: at, values } of kept)
          expect(rows.some((one) => one.time === at && holds(one, values))).toBe(true);
        for (const [index, { time: at, values }] of rows.entries()) {
          // Rows of one moment stand in the order they were kept in: a row knows nothing of those that come after it.
          const after = rows.slice(index + 1).filter((one) => one.time === at).length;
          const before = kept.filter((one) => one.time <= at);
          for (const [tag, value] of Object.entries(values)) {
            const said = before.slice(0, before.length - after).findLast((one) => tag in one.values);
            const age = at - (said?.time ?? Number.NaN);
            if (age <= hold.maxMs + hold.everyMs) expect(kept.some((one) => one.values[tag] === value)).toBe(true);
            else expect(value).toBeNaN();
          }
        }
      }),
    );
  });
});

const holds = ({ values }: RecordedRow, said: RecordedRow['values']): boolean =>
  Object.entries(said).every(([tag, value]) => values[tag] === value);
