import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { happenings, letHappen } from './book-commands.js';
import { type Base, rowsFor, type TableEvent, transitions } from './transition-table.js';

describe('the transition table', () => {
  test('says exactly one thing of each event, base state, class and condition', () => {
    const events: TableEvent[] = [...new Set(transitions.map(([event]) => event))];
    const bases: readonly Base[] = ['A', 'B', 'C', 'D', 'E', 'F'];
    const either = [true, false];
    const wrong = events.flatMap((event) =>
      bases.flatMap((base) =>
        either.flatMap((acknowledge) =>
          either.flatMap((latch) =>
            either
              .filter((condition) => rowsFor(event, base, { acknowledge, latch }, condition).length !== 1)
              .map((condition) => ({ event, base, acknowledge, latch, condition })),
          ),
        ),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the alarm book against the transition table', () => {
  test('whatever happens, at any restart, reload or kill: the same states, entries and refusals', () => {
    fc.assert(
      fc.property(happenings(40), (commands) => {
        letHappen(commands, () => undefined);
      }),
      { numRuns: 400 },
    );
  });
});
