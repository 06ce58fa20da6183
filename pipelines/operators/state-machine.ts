import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory } from './folding.js';
import { hasNumber, type Sample, sampleSchema } from './sample.js';
import { instantOf, isTick, type Timed } from './timed.js';

/** A way out of a state. */
export interface Transition<State extends string> {
  readonly to: State;
  /** Pure. Asked only of samples with a number. */
  readonly when: (sample: Sample) => boolean;
}

export interface StateDeclaration<State extends string> {
  /** Once entered it is not left for this long; without it, 0. */
  readonly dwellMinMs?: number;
  /** The first whose predicate holds is taken. */
  readonly transitions: readonly Transition<State>[];
}

export interface StateMachineOptions<State extends string> {
  readonly initial: State;
  readonly states: Readonly<Record<State, StateDeclaration<State>>>;
}

export interface StateChange<State extends string> {
  /** When it changed, ms of the gateway's timeline. */
  readonly instant: number;
  readonly from: State;
  readonly to: State;
  /** How long `from` had lasted; for the first state, since the first input. */
  readonly lastedMs: number;
}

interface Machine<State extends string> {
  readonly current: State;
  /** When it was entered; null before the first input. */
  readonly since: number | null;
  /** What was read last; null when that had no number, since then nothing is known. */
  readonly sample: Sample | null;
  /** States this sample led into or began in. */
  readonly visited: readonly State[];
}

/**
 * Working states out of one tag: `stopped`, `running`, `overload`. Tells changes only. A change asked for before the
 * minimum dwell is over comes when it is, unless a later sample, also one of that very instant, says otherwise; ticks
 * change when that is told, never what. A sample without a number changes nothing and ends the asking.
 *
 * One sample leads into a state at most once, so predicates that contradict each other do not make the machine swing.
 * Remembers one sample and the names of some states; a state that is no longer declared makes it start afresh.
 */
export function stateMachine<State extends string>(
  options: StateMachineOptions<State>,
  memory?: Memory,
): OperatorFunction<Timed<Sample>, Timed<StateChange<State>>> {
  return foldTimed(stateMachineFolding(options), memory);
}

export function stateMachineFolding<State extends string>({
  initial,
  states,
}: StateMachineOptions<State>): Folding<Machine<State>, Timed<Sample>, StateChange<State>> {
  const state = z.custom<State>((name) => typeof name === 'string' && Object.hasOwn(states, name));
  return {
    initial: { current: initial, since: null, sample: null, visited: [] },
    stateSchema: z.object({
      current: state,
      since: z.number().nullable(),
      sample: sampleSchema.nullable(),
      visited: z.array(state),
    }),
    next(before, input) {
      const instant = instantOf(input);
      const changes: StateChange<State>[] = [];
      let machine = before.since === null ? { ...before, since: instant } : before;
      // A dwell that ends exactly now is left to a sample of this instant, which comes after the tick.
      machine = follow(machine, (at) => at < instant, changes);
      if (!isTick(input)) {
        machine = { ...machine, sample: hasNumber(input) ? input : null, visited: [machine.current] };
        machine = follow(machine, (at) => at <= instant, changes);
      }
      return { state: machine, out: changes };
    },
  };

  /** Goes wherever the last sample leads, as far as time has come. */
  function follow(
    machine: Machine<State>,
    hasCome: (instant: number) => boolean,
    changes: StateChange<State>[],
  ): Machine<State> {
    const { current: from, since, sample, visited } = machine;
    if (since === null || sample === null) return machine;
    const { dwellMinMs = 0, transitions } = states[from];
    const instant = Math.max(since + dwellMinMs, sample.instant);
    if (!hasCome(instant)) return machine;
    const to = transitions.find((one) => !visited.includes(one.to) && one.when(sample))?.to;
    if (to === undefined) return machine;
    changes.push({ instant, from, to, lastedMs: instant - since });
    return follow({ current: to, since: instant, sample, visited: [...visited, to] }, hasCome, changes);
  }
}
