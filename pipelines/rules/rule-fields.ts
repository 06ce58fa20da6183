import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import type { Delays } from './condition.js';

/** Pieces that the settings of several rules share, so that they read alike in the site file. */

export const tagField = () => z.string().min(1).describe('Name of the tag');

export const delayFields = {
  onDelay: duration().optional().describe('How long it must hold before the condition is true; without it, at once'),
  offDelay: duration()
    .optional()
    .describe('How long it must be over before the condition is false; without it, at once'),
};

export const messageField = () =>
  z
    .strictObject({ en: z.string().min(1), zh: z.string().min(1) })
    .optional()
    .describe('What people read, instead of the generated sentence');

/** The delays of a rule's settings, as its conditions take them. */
export const delaysOf = (settings: {
  readonly onDelay?: number | undefined;
  readonly offDelay?: number | undefined;
}): Delays => ({ onDelayMs: settings.onDelay ?? 0, offDelayMs: settings.offDelay ?? 0 });
