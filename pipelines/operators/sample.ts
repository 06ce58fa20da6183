import { z } from 'zod';
import { hasValue } from '../../gateway/contract/index.js';

/**
 * One reading of one tag, for windows across devices and derived series; frames, not samples, carry values on the hot
 * path. A value counts when its quality is good or uncertain. A bad sample says that there is no reading from here on;
 * an absent one, that nobody is watching, and it counts like a bad one.
 */
export interface Sample {
  /** ms of the gateway's timeline, event time. */
  readonly instant: number;
  /** In the tag's unit; NaN when there is none. */
  readonly value: number;
  /** Quality byte of the contract. */
  readonly quality: number;
}

/** True when there is a number to reckon with: of good or uncertain quality, and not a text. */
export const hasNumber = (sample: Sample): boolean => hasValue(sample.quality) && Number.isFinite(sample.value);

/** A remembered sample. NaN has no JSON and is written as null. */
export const sampleSchema: z.ZodType<Sample> = z.object({
  instant: z.number(),
  value: z.union([z.number(), z.null(), z.nan()]).transform((value) => value ?? Number.NaN),
  quality: z.number(),
});
