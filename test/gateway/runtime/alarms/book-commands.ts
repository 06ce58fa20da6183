import * as fc from 'fast-check';
import type { Cover } from './alarm-model.js';
import { BookAndModel } from './book-and-model.js';
import { killing, reloading, restarting } from './book-starts.js';
import { acting, burst, judgement, labelling, passing, type Step, upset } from './book-steps.js';
import { overlap, story } from './book-stories.js';
import { site } from './site-of-alarms.js';

type Commands = Iterable<fc.Command<object, BookAndModel>>;

/** How much more often one happens than another. */
const times = (count: number, step: fc.Arbitrary<Step>): fc.Arbitrary<Step>[] =>
  Array.from({ length: count }, () => step);

/** Anything that can happen to the alarms of a site, in any order. */
export const happenings = (max: number): fc.Arbitrary<Commands> => {
  const judged = [...times(4, judgement), ...times(2, burst), upset];
  const done = [...times(4, acting), ...times(2, story), ...times(2, overlap)];
  const around = [...times(2, passing), labelling, restarting, reloading, killing];
  return fc.commands([...judged, ...done, ...around], { maxCommands: max, size: 'max' });
};

/** Lets them happen; throws at the first divergence. Returns how often book and model were compared. */
export function letHappen(commands: Commands, cover: Cover): number {
  const real = new BookAndModel(site, cover);
  fc.modelRun(() => ({ model: {}, real }), commands);
  return real.comparisons;
}
