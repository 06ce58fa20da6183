import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality, type QualityName } from '../../../gateway/contract/index.js';
import type { AlignedRow, Between } from '../../../pipelines/operators/aligned-row.js';
import { type AlignOptions, align } from '../../../pipelines/operators/align.js';
import type { SourcedSample } from '../../../pipelines/operators/pick-tags.js';
import { instantOf, type Timed } from '../../../pipelines/operators/timed.js';
import { describeOperatorContract } from './operator-contract.js';
import { eighths, marbles, nothing, sample, tick, told } from './samples.js';

/** Flow at both ends of a pipeline. */
const options: AlignOptions = {
  sources: ['inflow', 'outflow'],
  everyMs: 10_000,
  latenessMs: 5000,
  between: 'last',
  ageMaxMs: 15_000,
  samplesMax: 20,
};
const inflow = (...of: Parameters<typeof sample>): SourcedSample => ({ ...sample(...of), source: 'inflow' });
const outflow = (...of: Parameters<typeof sample>): SourcedSample => ({ ...sample(...of), source: 'outflow' });
const row = (
  seconds: number,
  values: readonly number[],
  quality: readonly QualityName[] = ['good', 'good'],
  dropped = 0,
): AlignedRow => ({
  instant: seconds * 1000,
  values: Float64Array.from(values),
  quality: Uint8Array.from(quality, (name) => Quality[name]),
  dropped,
});

describe('align', () => {
  test('tells a row as soon as every source has passed it', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-c-d', { a: inflow(10, 5), b: outflow(9, 4), c: outflow(10.5, 6), d: outflow(11, 7) });
      const expected = '    ----x--';
      expectObservable(input$.pipe(align(options))).toBe(expected, { x: row(10, [5, 4]) });
    });
  });

  test('waits for a source no longer than the lateness: then nobody was watching there', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-s-t-b', { a: inflow(10, 5), s: tick(15), t: tick(16), b: outflow(12, 4) });
      const expected = '    ----x--';
      expectObservable(input$.pipe(align(options))).toBe(expected, {
        x: row(10, [5, Number.NaN], ['good', 'absent']),
      });
    });
  });

  test('takes a reading as old as it may be, and none older', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-t', { a: outflow(5, 4), b: inflow(20, 5), t: tick(36) });
      const expected = '    --x-(yz)';
      expectObservable(input$.pipe(align(options))).toBe(expected, {
        x: row(10, [Number.NaN, 4], ['absent', 'good']),
        y: row(20, [5, 4]),
        z: row(30, [5, Number.NaN], ['good', 'absent']),
      });
    });
  });

  test('says why a source that was watched gives no number', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b', { a: { ...nothing(10), source: 'inflow' }, b: outflow(10, 4, 'uncertain-stuck') });
      const expected = '    --x';
      expectObservable(input$.pipe(align(options))).toBe(expected, {
        x: row(10, [Number.NaN, 4], ['bad-no-answer', 'uncertain-stuck']),
      });
    });
  });

  test('drops what comes after its row was told, and counts it', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-t-b-c-d', {
        a: inflow(10, 5),
        t: tick(16),
        b: outflow(10, 3),
        c: outflow(20, 4),
        d: inflow(20, 5),
      });
      const expected = '    --x-----y';
      expectObservable(input$.pipe(align(options))).toBe(expected, {
        x: row(10, [5, Number.NaN], ['good', 'absent']),
        y: row(20, [5, 4], ['good', 'good'], 1),
      });
    });
  });

  test('drops the oldest where there is no room, and counts it', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  abc-d', { a: inflow(6, 1), b: inflow(7, 2), c: inflow(8, 3), d: inflow(10, 4) });
      const expected = '    ----x';
      const narrow = { ...options, sources: ['inflow'], samplesMax: 2 };
      expectObservable(input$.pipe(align(narrow))).toBe(expected, { x: row(10, [4], ['good'], 2) });
    });
  });

  test('on the line, a row waits for the reading after it, as long as that may be away', () => {
    const line: AlignOptions = { ...options, between: 'line' };
    marbles(({ hot, expectObservable }) => {
      const readings = { a: inflow(5, 0), b: outflow(8, 8), c: inflow(15, 20), d: outflow(12, 16), t: tick(40) };
      const input$ = hot('  a-b-c-d-----t', readings);
      const expected = '    ------x-----(yz)';
      expectObservable(input$.pipe(align(line))).toBe(expected, {
        x: row(10, [10, 12]),
        y: row(20, [Number.NaN, Number.NaN], ['absent', 'absent']),
        z: row(30, [Number.NaN, Number.NaN], ['absent', 'absent']),
      });
    });
  });

  test('passes over sources it does not join', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(
        hot('a-b', { a: inflow(10, 1), b: { ...sample(99, 1), source: 'rain' } }).pipe(align(options)),
      ).toBe('---');
    });
  });

  /** Three sources, each in order with one sample an instant, sorted by instant among one another. */
  const sources = ['a', 'b', 'c'];
  const steps = fc.array(
    fc.record({ afterMs: fc.integer({ min: 1, max: 4000 }), value: eighths, isBad: fc.nat({ max: 5 }) }),
    {
      maxLength: 12,
    },
  );
  const sorted: fc.Arbitrary<SourcedSample[]> = fc.tuple(...sources.map(() => steps)).map((runs) =>
    runs
      .flatMap((parts, index) => {
        let instant = 0;
        return parts.map(({ afterMs, value, isBad }): SourcedSample => {
          instant += afterMs;
          const of = isBad === 0 ? nothing(instant / 1000) : sample(instant / 1000, value);
          return { ...of, source: sources[index] as string };
        });
      })
      .sort((one, other) => one.instant - other.instant),
  );
  const settings = fc.record({
    everyMs: fc.constantFrom(500, 1000, 3000),
    between: fc.constantFrom<AlignOptions['between'][]>('last', 'line'),
    ageMaxMs: fc.constantFrom(0, 2500, 10_000),
  });

  /** A tick by which every row of the run is told. */
  const endOf = (run: readonly SourcedSample[]) => ({ tick: (run.at(-1)?.instant ?? 0) + 20_000 });

  test('sources that come in any order within the lateness give the rows of the sorted stream', () => {
    const delays = fc.array(fc.nat({ max: 5000 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(sorted, delays, settings, (run, delayOf, given) => {
        const operator = align({ ...given, sources, latenessMs: 5000, samplesMax: 100 });
        const end = endOf(run);
        // Each source is late by a time of its own, at most the lateness.
        const comes = ({ instant, source }: SourcedSample) => instant + (delayOf[sources.indexOf(source)] as number);
        const late = run.toSorted((one, other) => comes(one) - comes(other));
        const rows = told(operator, [...late, end]);
        expect(rows).toEqual(told(operator, [...run, end]));
        expect(rows.every(({ dropped }) => dropped === 0)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  /** What a source says of an instant, looking at the whole run. */
  function naive(own: readonly SourcedSample[], instant: number, { between, ageMaxMs }: Between): [number, number] {
    const before = own.findLast((one) => one.instant <= instant);
    const after = between === 'line' ? own.find((one) => one.instant >= instant) : before;
    if (before === undefined || after === undefined) return [Number.NaN, Quality.absent];
    const spanMs = between === 'line' ? after.instant - before.instant : instant - before.instant;
    if (spanMs > ageMaxMs) return [Number.NaN, Quality.absent];
    if (before === after) return [before.value, before.quality];
    const value = before.value + ((instant - before.instant) / spanMs) * (after.value - before.value);
    return [value, Number.isNaN(value) ? Quality['bad-no-answer'] : Quality.good];
  }

  test('agrees with the definition, one row at each grid instant', () => {
    fc.assert(
      fc.property(sorted, settings, (run, given) => {
        const rows = told(align({ ...given, sources, latenessMs: 5000, samplesMax: 100 }), [...run, endOf(run)]);
        const first = Math.ceil(instantOf(run[0] ?? endOf(run)) / given.everyMs) * given.everyMs;
        const differs = ([value, quality]: [number, number], row: AlignedRow, column: number): boolean =>
          row.quality[column] !== quality ||
          (Number.isNaN(value)
            ? !Number.isNaN(row.values[column])
            : !(Math.abs(value - (row.values[column] ?? 0)) < 1e-9));
        const wrong = rows.filter(
          (row, index) =>
            row.instant !== first + index * given.everyMs ||
            sources.some((source, column) => {
              const own = run.filter((one) => one.source === source);
              return differs(naive(own, row.instant, given), row, column);
            }),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  test('of a year without ticks, the last 10,000 rows are told', () => {
    const rows = told(align(options), [inflow(0, 1), outflow(0, 1), tick(365 * 86_400)]);
    expect(rows).toHaveLength(1 + 10_000);
    expect(rows[0]).toEqual(row(0, [1, 1]));
  });

  /** In no order at all, with ticks. */
  const anyOrder: fc.Arbitrary<Timed<SourcedSample>[]> = fc
    .tuple(sorted, fc.infiniteStream(fc.integer({ min: 0, max: 15_000 })), fc.array(fc.nat({ max: 100 })))
    .map(([run, delays, seconds]) =>
      [...run, ...seconds.map(tick)]
        .map((input) => ({ input, comes: instantOf(input) + (delays.next().value as number) }))
        .sort((one, other) => one.comes - other.comes)
        .map(({ input }) => input),
    );

  describe.each(['last', 'line'] as const)('by %s', (between) => {
    describeOperatorContract('align', {
      create: (memory) =>
        align({ sources, everyMs: 1000, latenessMs: 5000, between, ageMaxMs: 4000, samplesMax: 6 }, memory),
      runs: anyOrder,
    });

    test('whatever comes, rows follow one another without a gap', () => {
      fc.assert(
        fc.property(anyOrder, (run) => {
          const rows = told(
            align({ sources, everyMs: 1000, latenessMs: 5000, between, ageMaxMs: 4000, samplesMax: 6 }),
            run,
          );
          for (const [index, { instant }] of rows.entries()) {
            expect(instant).toBe((rows[0]?.instant as number) + index * 1000);
          }
        }),
      );
    });
  });
});
