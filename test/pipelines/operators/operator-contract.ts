import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { from, type OperatorFunction, Subject } from 'rxjs';
import type { Json } from '../../../gateway/contract/index.js';
import type { Memory } from '../../../pipelines/operators/folding.js';
import type { Sample } from '../../../pipelines/operators/sample.js';
import { instantOf, isTick, type Timed } from '../../../pipelines/operators/timed.js';
import { marbles, tick, timedRuns } from './samples.js';

export interface OperatorHarness<In, Out> {
  /** A fresh one, always of the same options. */
  readonly create: (memory?: Memory) => OperatorFunction<Timed<In>, Out>;
  readonly runs: fc.Arbitrary<Timed<In>[]>;
}

const throughDisk = (state: Json): Json => JSON.parse(JSON.stringify(state)) as Json;

/** What an operator told of these inputs, and what it remembers in the end. */
function run<In, Out>(
  create: OperatorHarness<In, Out>['create'],
  inputs: readonly Timed<In>[],
  restored?: Json,
): { readonly told: Out[]; readonly states: Json[] } {
  const told: Out[] = [];
  const states: Json[] = [];
  from(inputs)
    .pipe(create({ restored, remember: (state) => states.push(state) }))
    .subscribe((one) => told.push(one));
  return { told, states };
}

/** What every operator that remembers owes, whatever it does. */
export function describeOperatorContract<In, Out>(name: string, { create, runs }: OperatorHarness<In, Out>): void {
  describe(`${name} keeps the contract of an operator`, () => {
    test('a restart at any step goes on where it was', () => {
      fc.assert(
        fc.property(runs, fc.nat(), (inputs, where) => {
          const cut = where % (inputs.length + 1);
          const before = run(create, inputs.slice(0, cut));
          const last = before.states.at(-1);
          const after = run(create, inputs.slice(cut), last === undefined ? undefined : throughDisk(last));
          expect([...before.told, ...after.told]).toEqual(run(create, inputs).told);
        }),
      );
    });

    test('a state it cannot use makes it start afresh', () => {
      fc.assert(
        fc.property(runs, fc.jsonValue(), (inputs, state) => {
          expect(run(create, inputs, state as Json).told).toEqual(run(create, inputs).told);
        }),
      );
    });

    test('a state once remembered is never changed', () => {
      fc.assert(
        fc.property(runs, (inputs) => {
          const written: string[] = [];
          const states: Json[] = [];
          const remember = (state: Json): void => {
            states.push(state);
            written.push(JSON.stringify(state));
          };
          from(inputs).pipe(create({ remember })).subscribe();
          expect(states).toHaveLength(inputs.length);
          expect(states.map((state) => JSON.stringify(state))).toEqual(written);
        }),
      );
    });

    test('each subscription begins for itself', () => {
      fc.assert(
        fc.property(runs, (inputs) => {
          const operator = create();
          const both = [0, 1].map(() => {
            const told: Out[] = [];
            from(inputs)
              .pipe(operator)
              .subscribe((one) => told.push(one));
            return told;
          });
          expect(both[1]).toEqual(both[0]);
        }),
      );
    });

    test('it ends, fails and is left with its source; the end tells nothing new', () => {
      marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        expectObservable(cold<Timed<In>>('---|').pipe(create())).toBe('---|');
        expectObservable(cold<Timed<In>>('---#').pipe(create())).toBe('---#');
        const open$ = hot<Timed<In>>('------');
        const left = '               ^--!';
        expectObservable(open$.pipe(create()), left).toBe('------');
        expectSubscriptions(open$.subscriptions).toBe(left);
      });
      fc.assert(
        fc.property(runs, (inputs) => {
          const input$ = new Subject<Timed<In>>();
          let told = 0;
          input$.pipe(create()).subscribe(() => told++);
          for (const input of inputs) input$.next(input);
          const before = told;
          input$.complete();
          expect(told).toBe(before);
        }),
      );
    });
  });
}

/** What an operator over one tag owes besides: it keeps to the order of time and hands ticks on. */
export function describeTimedOperatorContract<Out extends object>(
  name: string,
  create: (memory?: Memory) => OperatorFunction<Timed<Sample>, Timed<Out>>,
): void {
  describeOperatorContract(name, { create, runs: timedRuns });

  describe(`${name} keeps to the order of time`, () => {
    test('each tick goes on, after what it caused', () => {
      fc.assert(
        fc.property(timedRuns, (inputs) => {
          const { told } = run(create, inputs);
          expect(told.filter(isTick)).toEqual(inputs.filter(isTick));
        }),
      );
      marbles(({ hot, expectObservable }) => {
        expectObservable(hot('-t-u-', { t: tick(1), u: tick(2) }).pipe(create())).toBe('-t-u-', {
          t: tick(1),
          u: tick(2),
        });
      });
    });

    test('what is older than something before leaves no trace', () => {
      const stale = fc.record({ where: fc.nat(), byMs: fc.integer({ min: 1, max: 5000 }), isTick: fc.boolean() });
      fc.assert(
        fc.property(timedRuns, stale, (inputs, { where, byMs, isTick: isStaleTick }) => {
          fc.pre(inputs.length > 0);
          const at = (where % inputs.length) + 1;
          const instant = instantOf(inputs[at - 1] as Timed<Sample>) - byMs;
          const late = isStaleTick ? { tick: instant } : { instant, value: 1e6, quality: 1 };
          expect(run(create, inputs.toSpliced(at, 0, late)).told).toEqual(run(create, inputs).told);
        }),
      );
    });
  });
}
