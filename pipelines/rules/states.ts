import { z } from 'zod';

const state = z.union([z.number(), z.boolean()]);

/** One or several values of a discrete tag, as numbers: true is 1, false is 0. */
export const statesField = () =>
  z.union([state, z.array(state).min(1)]).transform((written) => [written].flat().map(Number));

/** Whether a value is one of these, within half a step of the sensor. */
export const isOneOf = (states: readonly number[], value: number, resolution: number | undefined): boolean =>
  states.some((one) => Math.abs(value - one) <= (resolution ?? 0) / 2);

/** `1`, `1 or 2`, `1, 2 or 3`. */
export const statesText = (states: readonly number[]): { readonly en: string; readonly zh: string } => ({
  en: states.length < 2 ? states.join() : `${states.slice(0, -1).join(', ')} or ${states.at(-1)}`,
  zh: states.join('、'),
});
