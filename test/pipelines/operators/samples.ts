import { expect } from '@jest/globals';
import fc from 'fast-check';
import { from, type OperatorFunction } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { Quality, type QualityName } from '../../../gateway/contract/index.js';
import type { Sample } from '../../../pipelines/operators/sample.js';
import { isTick, type Timed } from '../../../pipelines/operators/timed.js';

export const marbles = (run: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);

/** A sample `seconds` after the beginning; without a value where the quality has none. */
export const sample = (seconds: number, value: number, quality: QualityName = 'good'): Sample => ({
  instant: Math.round(seconds * 1000),
  value,
  quality: Quality[quality],
});

/** A sample without a number. */
export const nothing = (seconds: number, quality: QualityName = 'bad-no-answer'): Sample =>
  sample(seconds, Number.NaN, quality);

export const tick = (seconds: number) => ({ tick: seconds * 1000 });

/** The same number but for rounding, or both none. */
export function expectClose(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBe(expected);
  else expect(actual).toBeCloseTo(expected, 9);
}

/** What is left of a list without its ticks. */
export const notTicks = <T extends object>(all: readonly Timed<T>[]): T[] =>
  all.flatMap((one) => (isTick(one) ? [] : [one]));

/** Everything an operator says of these inputs. */
export function told<In, Out>(operator: OperatorFunction<In, Out>, inputs: readonly In[]): Out[] {
  const seen: Out[] = [];
  from(inputs)
    .pipe(operator)
    .subscribe((one) => seen.push(one));
  return seen;
}

const qualities = fc.oneof(
  { weight: 7, arbitrary: fc.constant(Quality.good) },
  { weight: 2, arbitrary: fc.constantFrom(Quality.uncertain, Quality['uncertain-over-range']) },
  { weight: 2, arbitrary: fc.constantFrom(Quality.absent, Quality['bad-no-answer'], Quality['bad-sensor-failure']) },
);

/** Readings in steps of an eighth, exact in binary, so that sums may be compared to the digit. */
export const eighths = fc.integer({ min: -800, max: 800 }).map((steps) => steps / 8);

const steps = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 2500 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1000, 5000) },
  { weight: 1, arbitrary: fc.integer({ min: 10_000, max: 40_000 }) },
);

/** Samples of every class of quality in order of instant. */
export const sampleRuns: fc.Arbitrary<Sample[]> = fc
  .array(fc.record({ afterMs: steps, value: eighths, quality: qualities }), { maxLength: 40 })
  .map((parts) => {
    let instant = 0;
    return parts.map(({ afterMs, value, quality }) => {
      instant += afterMs;
      const hasNumber = quality >= 1 && quality < 128;
      return { instant, value: hasNumber ? value : Number.NaN, quality };
    });
  });

/** The same samples with every whole second ticked before what has its instant, and some seconds after the last. */
export function withSeconds<T extends { readonly instant: number }>(samples: readonly T[], trailing = 0): Timed<T>[] {
  const inputs: Timed<T>[] = [];
  let next = 0;
  for (const one of samples) {
    for (; next <= one.instant; next += 1000) inputs.push({ tick: next });
    inputs.push(one);
  }
  for (let left = trailing; left > 0; left--, next += 1000) inputs.push({ tick: next });
  return inputs;
}

/** Runs with ticks and without. */
export const timedRuns: fc.Arbitrary<Timed<Sample>[]> = fc
  .record({ samples: sampleRuns, isTicked: fc.boolean(), trailing: fc.nat({ max: 20 }) })
  .map(({ samples, isTicked, trailing }) => (isTicked ? withSeconds(samples, trailing) : samples));
