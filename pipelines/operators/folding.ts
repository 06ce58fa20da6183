import { concatMap, defer, type OperatorFunction } from 'rxjs';
import type { z } from 'zod';
import type { Json } from '../../gateway/contract/index.js';

/** What follows from one input: the state to go on with, and what to say. */
export interface Step<State, Out> {
  readonly state: State;
  readonly out: readonly Out[];
}

/**
 * The core of an operator that remembers: one pure function from state and input to state and output. It changes
 * nothing it was given, so any state it ever returned may be kept.
 */
export interface Folding<State, In, Out> {
  readonly initial: State;
  /** What a state looks like after a stay on disk. States are plain JSON, but for NaN, which is written as null. */
  readonly stateSchema: z.ZodType<State>;
  next(state: State, input: In): Step<State, Out>;
}

/** How an operator outlives a restart. One a subscription. */
export interface Memory {
  /** A state told to `remember` in an earlier run. What does not fit is passed over: the operator starts afresh. */
  readonly restored?: Json | undefined;
  /** Called after each input, before its outputs are given, with everything the operator knows. Never changed later. */
  readonly remember?: ((state: Json) => void) | undefined;
}

/**
 * The operator of a folding. Each input is handled whole before the next. The end of the source ends the stream and
 * nothing else: what is still open stays in memory, since a stop is no reason to close a window. What `folding` throws
 * errors the stream.
 */
export function fold<State, In, Out>(
  folding: Folding<State, In, Out>,
  { restored, remember }: Memory = {},
): OperatorFunction<In, Out> {
  return (input$) =>
    defer(() => {
      const { success, data } = folding.stateSchema.safeParse(restored);
      let state = success ? data : folding.initial;
      return input$.pipe(
        concatMap((input) => {
          const step = folding.next(state, input);
          state = step.state;
          // The schema vouches for it: a state is JSON.
          remember?.(state as Json);
          return step.out;
        }),
      );
    });
}
