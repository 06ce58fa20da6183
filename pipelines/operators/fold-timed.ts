import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { type Folding, fold, type Memory } from './folding.js';
import { instantOf, isTick, type Timed } from './timed.js';

interface InOrder<State> {
  /** Newest instant seen, of a sample or a tick; null before the first. */
  readonly instant: number | null;
  readonly inner: State;
}

/**
 * The operator of a folding over one stream in order of instant. What is older than something before it is passed over:
 * a window once closed stays as it was told. Each tick goes on after what it caused, so operators follow one another
 * and all know how far time has come.
 */
export function foldTimed<State, In extends { readonly instant: number }, Out>(
  folding: Folding<State, Timed<In>, Out>,
  memory?: Memory,
): OperatorFunction<Timed<In>, Timed<Out>> {
  return fold(inOrder(folding), memory);
}

function inOrder<State, In extends { readonly instant: number }, Out>(
  folding: Folding<State, Timed<In>, Out>,
): Folding<InOrder<State>, Timed<In>, Timed<Out>> {
  return {
    initial: { instant: null, inner: folding.initial },
    stateSchema: z.object({ instant: z.number().nullable(), inner: folding.stateSchema }) as z.ZodType<InOrder<State>>,
    next(state, input) {
      const instant = instantOf(input);
      if (state.instant !== null && instant < state.instant) return { state, out: [] };
      const { state: inner, out } = folding.next(state.inner, input);
      return { state: { instant, inner }, out: isTick(input) ? [...out, input] : out };
    },
  };
}
