import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { isGood, Quality } from '../../gateway/contract/index.js';
import { robustSlope } from '../robust-slope.js';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory } from './folding.js';
import { hasNumber, type Sample, sampleSchema } from './sample.js';
import { isTick, type Timed } from './timed.js';

export interface SlopeOptions {
  /** The slope is that of the last `windowMs`, > 0. */
  readonly windowMs: number;
  /** Fewer samples in the window give no slope, ≥ 2. */
  readonly samplesMin: number;
  /** Of more, the newest are taken; 10–30 are usual, each step costs the square. */
  readonly samplesMax: number;
  /** The slope's unit of time: 1000 gives the tag's unit a second (and so it is without it), 3,600,000 an hour. */
  readonly perMs?: number;
}

interface SlopeState {
  readonly samples: readonly Sample[];
}

/**
 * The robust slope (Theil–Sen) at each sample, in the tag's unit per `perMs`, over the trailing window with the sample
 * itself. Good when all in the window are, else uncertain: a sensor at its end shows less than the slope there is. While
 * there are too few samples it is bad-waiting; a sample without a number gives a slope of its quality, without a number,
 * and is not in the window.
 */
export function slope(options: SlopeOptions, memory?: Memory): OperatorFunction<Timed<Sample>, Timed<Sample>> {
  return foldTimed(slopeFolding(options), memory);
}

export function slopeFolding({
  windowMs,
  samplesMin,
  samplesMax,
  perMs = 1000,
}: SlopeOptions): Folding<SlopeState, Timed<Sample>, Sample> {
  return {
    initial: { samples: [] },
    stateSchema: z.object({ samples: z.array(sampleSchema).max(samplesMax) }),
    next(state, input) {
      if (isTick(input)) return { state, out: [] };
      const { instant } = input;
      if (!hasNumber(input)) return { state, out: [{ instant, value: Number.NaN, quality: input.quality }] };
      const samples = [...state.samples, input]
        .filter((sample) => sample.instant > instant - windowMs)
        .slice(-samplesMax);
      const value = samples.length < samplesMin ? Number.NaN : slopeOf(samples) * perMs;
      return { state: { samples }, out: [{ instant, value, quality: qualityOf(value, samples) }] };
    },
  };
}

const slopeOf = (samples: readonly Sample[]): number =>
  robustSlope(
    samples.map(({ instant }) => instant),
    samples.map(({ value }) => value),
  );

function qualityOf(slope: number, samples: readonly Sample[]): number {
  if (Number.isNaN(slope)) return Quality['bad-waiting'];
  return samples.every(({ quality }) => isGood(quality)) ? Quality.good : Quality.uncertain;
}
