import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasValue, type StampedFrame, type TagTable, type Transform } from '../../gateway/contract/index.js';
import { frameRuns, throughDisk } from './rule-inputs.js';

/** What the suite needs to try a transform. */
export interface TransformHarness {
  /** A fresh one, always of the same settings. */
  readonly create: () => Transform;
  readonly table: TagTable;
  /** Slots the transform fills itself; everything else it may only pass on or lower. */
  readonly ownSlots?: readonly number[];
  /** True for the one kind of transform that alters values it was given. */
  readonly altersValues?: boolean;
  readonly values: fc.Arbitrary<number>;
}

const plain = (frame: StampedFrame) => ({
  instant: frame.instant,
  values: [...frame.values],
  quality: [...frame.quality],
});

const classOf = (code: number): number => (code === 0 ? 0 : code < 64 ? 1 : code < 128 ? 2 : 3);

/** What every transform owes its host, whatever it does. */
export function describeTransformContract(name: string, harness: TransformHarness): void {
  const { create, table, values } = harness;
  const own = new Set(harness.ownSlots);
  const given = table.tags.map((_tag, slot) => slot).filter((slot) => !own.has(slot));
  const runs = frameRuns(table, values);
  const run = (transform: Transform, frames: readonly StampedFrame[]) =>
    frames.map((frame) => plain(transform.next(frame)));

  describe(`${name} keeps the contract of a transform`, () => {
    test('it leaves the frame it was given as it came, and its stamps and table on the one it returns', () => {
      fc.assert(
        fc.property(runs, (frames) => {
          const transform = create();
          for (const frame of frames) {
            const before = plain(frame);
            const { values: _values, quality: _quality, ...stamps } = transform.next(frame);
            expect(plain(frame)).toEqual(before);
            expect(frame).toMatchObject(stamps);
            expect(stamps.table).toBe(table);
          }
        }),
      );
    });

    test('it never takes a value away, never mends a quality, never makes one bad', () => {
      fc.assert(
        fc.property(runs, (frames) => {
          const transform = create();
          for (const frame of frames) {
            const result = transform.next(frame);
            for (const slot of given) {
              const before = frame.quality[slot] as number;
              const after = result.quality[slot] as number;
              if (hasValue(before)) {
                expect(hasValue(after)).toBe(true);
                expect(classOf(after)).toBeGreaterThanOrEqual(classOf(before));
              } else {
                expect(after).toBe(before);
              }
              if (harness.altersValues !== true) expect(result.values[slot]).toBe(frame.values[slot]);
            }
            for (const [slot, value] of result.values.entries()) {
              expect(Number.isFinite(value)).toBe(hasValue(result.quality[slot] as number));
            }
          }
        }),
      );
    });

    test('a restart at any step goes on where it was', () => {
      fc.assert(
        fc.property(runs, fc.nat(), (frames, where) => {
          const cut = where % (frames.length + 1);
          const before = create();
          const seen = run(before, frames.slice(0, cut));
          const after = create();
          after.restore(throughDisk(before.snapshot()));
          expect([...seen, ...run(after, frames.slice(cut))]).toEqual(run(create(), frames));
        }),
      );
    });

    test('a snapshot it cannot use makes it start afresh', () => {
      fc.assert(
        fc.property(runs, fc.jsonValue(), (frames, state) => {
          const transform = create();
          transform.restore(throughDisk(state as never));
          expect(run(transform, frames)).toEqual(run(create(), frames));
        }),
      );
    });

    test('late frames leave no memory', () => {
      fc.assert(
        fc.property(runs, (frames) => {
          const timely = frames.filter((frame) => frame.late !== true);
          const transform = create();
          const seen = frames.map((frame) => ({ frame, result: plain(transform.next(frame)) }));
          expect(seen.filter(({ frame }) => frame.late !== true).map(({ result }) => result)).toEqual(
            run(create(), timely),
          );
        }),
      );
    });
  });
}
