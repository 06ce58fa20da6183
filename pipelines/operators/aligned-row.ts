import { Quality } from '../../gateway/contract/index.js';
import { lineBetween } from './line-between.js';
import { hasNumber, type Sample } from './sample.js';

/** What every source had to say of one instant: columns in the order of the sources. */
export interface AlignedRow {
  /** ms of the gateway's timeline. */
  readonly instant: number;
  /** NaN where there is none. */
  readonly values: Float64Array;
  /** Quality bytes; `absent` where nobody was watching. */
  readonly quality: Uint8Array;
  /** Samples that came too late for their row, or had no room, since the row before. */
  readonly dropped: number;
}

/** How a source speaks of an instant at which it was not read. */
export interface Between {
  /** `last`: the last sample at or before it. `line`: the straight line between the samples around it. */
  readonly between: 'last' | 'line';
  /** `last`: how old that sample may be. `line`: how far apart the two may be; a row waits that much longer for the second. */
  readonly ageMaxMs: number;
}

/** The row of `instant`, with the samples of each source in order. */
export function rowAt(
  instant: number,
  samplesOfSources: readonly (readonly Sample[])[],
  between: Between,
  dropped: number,
): AlignedRow {
  const values = new Float64Array(samplesOfSources.length);
  const quality = new Uint8Array(samplesOfSources.length);
  for (const [column, samples] of samplesOfSources.entries()) {
    const sample = sampleAt(samples, instant, between);
    values[column] = sample.value;
    quality[column] = sample.quality;
  }
  return { instant, values, quality, dropped };
}

const none = (instant: number, quality: number): Sample => ({ instant, value: Number.NaN, quality });

/** What a source says of `instant`; `samples` are in order. One that has no number says why, one that is not there `absent`. */
function sampleAt(samples: readonly Sample[], instant: number, { between, ageMaxMs }: Between): Sample {
  const index = samples.findLastIndex((sample) => sample.instant <= instant);
  const before = samples[index];
  if (before === undefined) return none(instant, Quality.absent);
  const after = between === 'line' && before.instant < instant ? samples[index + 1] : before;
  const spanMs = between === 'line' && after !== undefined ? after.instant - before.instant : instant - before.instant;
  if (after === undefined || spanMs > ageMaxMs) return none(instant, Quality.absent);
  const withoutNumber = [before, after].find((sample) => !hasNumber(sample));
  if (withoutNumber !== undefined) return none(instant, withoutNumber.quality);
  return before === after ? before : lineBetween(before, after, instant);
}
