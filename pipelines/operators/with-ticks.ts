import { Observable, type OperatorFunction } from 'rxjs';
import type { StampedFrame } from '../../gateway/contract/index.js';
import type { RuleInput } from './rule-input.js';

const everyMs = 1000;

/**
 * Most ticks given at once, a week of them. The timeline goes on after a restart where it was, so only a machine that
 * slept can leave a longer hole: of that, the last week is ticked and what lies before it is passed over.
 */
export const ticksAtOnceMax = 7 * 86_400;

/**
 * Frames in, rule inputs out: each whole second of `instant` is ticked exactly once, and all ticks up to a frame's
 * instant come before that frame. `now$` gives the instant of the same timeline as it passes, so that a delay ends
 * without frames too; it changes when a tick is given, never which. Instants of both streams together must not decrease.
 *
 * `tickedTo` is the instant up to which ticks were given before a restart; without it, ticks begin with the first
 * instant seen. Completes with the frames; an error of either stream ends it.
 */
export function withTicks(now$: Observable<number>, tickedTo?: number): OperatorFunction<StampedFrame, RuleInput> {
  return (frame$) =>
    new Observable((subscriber) => {
      let nextTick = tickedTo === undefined ? undefined : (Math.floor(tickedTo / everyMs) + 1) * everyMs;

      const tickUpTo = (instant: number): void => {
        const last = Math.floor(instant / everyMs) * everyMs;
        nextTick ??= Math.ceil(instant / everyMs) * everyMs;
        nextTick = Math.max(nextTick, last - (ticksAtOnceMax - 1) * everyMs);
        while (nextTick <= last && !subscriber.closed) {
          const tick = nextTick;
          nextTick += everyMs;
          subscriber.next({ tick });
        }
      };

      subscriber.add(
        now$.subscribe({
          next: tickUpTo,
          error: (error: unknown) => subscriber.error(error),
        }),
      );
      subscriber.add(
        frame$.subscribe({
          next(frame) {
            tickUpTo(frame.instant);
            subscriber.next({ frame });
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      );
    });
}
