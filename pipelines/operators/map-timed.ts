import { map, type OperatorFunction } from 'rxjs';
import { isTick, type Timed } from './timed.js';

/** Lifts a plain function, for example `aggregate`, over a stream with ticks. `project` must be pure. */
export function mapTimed<In extends object, Out extends object>(
  project: (one: In) => Out,
): OperatorFunction<Timed<In>, Timed<Out>> {
  return map((one: Timed<In>) => (isTick(one) ? one : project(one)));
}
