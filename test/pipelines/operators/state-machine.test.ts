import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type StateChange,
  type StateMachineOptions,
  stateMachine,
} from '../../../pipelines/operators/state-machine.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { marbles, nothing, notTicks, sample, sampleRuns, tick, told, withSeconds } from './samples.js';

type Pump = 'stopped' | 'running' | 'overload';

/** A pump by its current in ampere: once running it is so for ten seconds at least. */
const pump: StateMachineOptions<Pump> = {
  initial: 'stopped',
  states: {
    stopped: { transitions: [{ to: 'running', when: ({ value }) => value > 1 }] },
    running: {
      dwellMinMs: 10_000,
      transitions: [
        { to: 'overload', when: ({ value }) => value > 20 },
        { to: 'stopped', when: ({ value }) => value <= 1 },
      ],
    },
    overload: { transitions: [{ to: 'stopped', when: ({ value }) => value <= 1 }] },
  },
};
const change = (seconds: number, from: Pump, to: Pump, lasted: number): StateChange<Pump> => ({
  instant: seconds * 1000,
  from,
  to,
  lastedMs: lasted * 1000,
});

const always = () => true;
/** Would go to and fro for ever. */
const swinging: StateMachineOptions<'a' | 'b'> = {
  initial: 'a',
  states: {
    a: { transitions: [{ to: 'b', when: always }] },
    b: { dwellMinMs: 1000, transitions: [{ to: 'a', when: always }] },
  },
};

describe('stateMachine', () => {
  test('tells each change, what was before and for how long', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  o-r-r-s', { o: sample(0, 0), r: sample(5, 8), s: sample(65, 0) });
      const expected = '    --x---y';
      expectObservable(input$.pipe(stateMachine(pump))).toBe(expected, {
        x: change(5, 'stopped', 'running', 5),
        y: change(65, 'running', 'stopped', 60),
      });
    });
  });

  test('a change asked for too early comes when the dwell is over, told by the next tick', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  o-r-s-t-u', {
        o: sample(0, 0),
        r: sample(5, 8),
        s: sample(9, 0),
        t: tick(15),
        u: tick(16),
      });
      const expected = '    --x---t-(yu)';
      expectObservable(input$.pipe(stateMachine(pump))).toBe(expected, {
        t: tick(15),
        u: tick(16),
        x: change(5, 'stopped', 'running', 5),
        y: change(15, 'running', 'stopped', 10),
      });
    });
  });

  test('unless a later reading says otherwise, or there is none any more', () => {
    marbles(({ hot, expectObservable }) => {
      const readings = {
        o: sample(0, 0),
        r: sample(5, 8),
        s: sample(9, 0),
        b: sample(15, 8),
        n: nothing(12),
        t: tick(30),
      };
      expectObservable(hot('o-r-s-b-t', readings).pipe(stateMachine(pump))).toBe('--x-----t', {
        x: change(5, 'stopped', 'running', 5),
        t: tick(30),
      });
      expectObservable(hot('o-r-s-n-t', readings).pipe(stateMachine(pump))).toBe('--x-----t', {
        x: change(5, 'stopped', 'running', 5),
        t: tick(30),
      });
    });
  });

  test('one reading may lead through several states, each as long as it must last', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  o-r---t', { o: sample(0, 0), r: sample(5, 25), t: tick(60) });
      const expected = '    --x---(yt)';
      expectObservable(input$.pipe(stateMachine(pump))).toBe(expected, {
        t: tick(60),
        x: change(5, 'stopped', 'running', 5),
        y: change(15, 'running', 'overload', 10),
      });
    });
  });

  test('predicates that contradict each other do not make it swing', () => {
    const changes = notTicks(told(stateMachine(swinging), [sample(0, 1), tick(3600)]));
    expect(changes).toEqual([{ instant: 0, from: 'a', to: 'b', lastedMs: 0 }]);
  });

  test('changes follow one another, keep the dwell, and do not depend on ticks', () => {
    fc.assert(
      fc.property(sampleRuns, (run) => {
        const scaled = run.map((one) => ({ ...one, value: one.value / 3 }));
        const end = { tick: (run.at(-1)?.instant ?? 0) + 60_000 };
        const changes = notTicks(told(stateMachine(pump), [...scaled, end]));
        for (const [index, { from, instant, lastedMs }] of changes.entries()) {
          const before = changes[index - 1];
          expect(from).toBe(before?.to ?? 'stopped');
          expect(instant - lastedMs).toBe(before?.instant ?? run[0]?.instant);
          if (from === 'running') expect(lastedMs).toBeGreaterThanOrEqual(10_000);
        }
        const [first] = run;
        const ticked =
          first === undefined ? [] : withSeconds(scaled).filter((one) => !('tick' in one) || one.tick > first.instant);
        expect(notTicks(told(stateMachine(pump), [...ticked, end]))).toEqual(changes);
      }),
    );
  });
});

describeTimedOperatorContract('stateMachine', (memory) => stateMachine(pump, memory));
describeTimedOperatorContract('stateMachine that wants to swing', (memory) => stateMachine(swinging, memory));
