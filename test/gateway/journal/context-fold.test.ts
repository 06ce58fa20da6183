import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ContextEntry } from '../../../gateway/contract/index.js';
import { ContextFold, heldAt, plansMax } from '../../../gateway/journal/context-fold.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { open } from '../../support/open-in-memory.js';

const entry = (revision: number, from: number, time: number, name = 'zero'): ContextEntry => ({
  kind: 'context',
  instant: time,
  time,
  name,
  value: revision,
  from,
  revision,
  who: 'li',
  reason: '',
});

/** What holds by all that was ever said: the latest beginning, of two the later revision. */
function heldByAll(all: readonly ContextEntry[], time: number): number | undefined {
  return all
    .filter(({ from }) => from <= time)
    .toSorted((a, b) => a.from - b.from || a.revision - b.revision)
    .at(-1)?.revision;
}

/** Acts at rising times, each for a time before, at or after it. */
const acts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -8, max: 8 })), { minLength: 1, maxLength: 30 })
  .map((steps) => {
    let time = 100;
    return steps.map(([step, shift], at) => entry(at + 1, (time += step) + shift, time));
  });

describe('what is kept of context', () => {
  test('says of every time to come what all that was ever said would, over a snapshot as well', () => {
    fc.assert(
      fc.property(acts, fc.nat(), fc.nat(20), (all, cut, later) => {
        const fold = new ContextFold();
        for (const [at, one] of all.entries()) {
          // More plans than are taken are refused before they are journaled.
          if (fold.revisions('zero').filter(({ from }) => from > one.time).length >= plansMax) return;
          fold.entry(one);
          if (at === cut % all.length) fold.restore(JSON.parse(JSON.stringify(fold.toJSON())));
        }
        const time = (all.at(-1) as ContextEntry).time + later;
        expect(heldAt(fold.revisions('zero'), time)?.revision).toBe(heldByAll(all, time));
        expect(fold.newest('zero')).toBe(all.length);
      }),
    );
  });

  test('is bounded, whatever the journal holds', () => {
    const fold = new ContextFold();
    for (let n = 1; n <= 50; n += 1) fold.entry(entry(n, 1000 + n, 10));
    expect(fold.revisions('zero').map(({ from }) => from)).toEqual([1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008]);
    for (let n = 1; n <= 300; n += 1) fold.entry(entry(1, 5, 10, `name-${n}`));
    expect(Object.keys(fold.toJSON())).toHaveLength(200);
    expect(fold.newest('name-300')).toBe(1);
    expect(fold.newest('zero')).toBe(0);
  });

  test('stays over a kill and a stop', async () => {
    let disk = new MemoryDisk();
    const journal = await open(disk);
    journal.note(entry(1, 50, 60));
    journal.note(entry(2, 90, 61));
    await journal.committed();
    disk = disk.killed();
    const again = await open(disk);
    expect(again.context.revisions('zero')).toMatchObject([{ value: 1 }, { value: 2 }]);
    await again.close();
    const third = await open(disk);
    expect(third.context.revisions('zero')).toMatchObject([{ value: 1 }, { value: 2 }]);
    await third.close();
  });
});
