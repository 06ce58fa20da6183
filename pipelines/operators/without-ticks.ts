import { filter, type OperatorFunction } from 'rxjs';
import { isTick, type Timed } from './timed.js';

/** The end of a pipeline: ticks have done their work and are left out. */
export function withoutTicks<T extends object>(): OperatorFunction<Timed<T>, T> {
  return filter((one: Timed<T>): one is T => !isTick(one));
}
