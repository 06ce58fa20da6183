import { describe, expect, test } from '@jest/globals';
import type { Entry, Frame } from '../../../gateway/contract/index.js';
import type { Lane } from '../../../gateway/journal/index.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { event, firstValues, open } from '../../support/open-in-memory.js';
import { readLane } from '../../support/read-lane.js';

/** `waiting`, `kept`, or the words it was rejected with. */
function watched(promise: Promise<void>): { is: string } {
  const state = { is: 'waiting' };
  promise.then(
    () => (state.is = 'kept'),
    (error: Error) => (state.is = error.message),
  );
  return state;
}

const count = async (lane: Lane<Frame> | Lane<Entry>): Promise<number> => (await readLane<unknown>(lane)).length;

async function stage() {
  const disk = new MemoryDisk();
  const clock = new ManualClock();
  const journal = await open(disk, { clock });
  const table = journal.table(tableSpec());
  await journal.flushed();
  return { disk, clock, journal, table };
}

describe('what is kept', () => {
  test('is what survives a power cut, with the commit that comes anyway and no sooner', async () => {
    const { disk, clock, journal, table } = await stage();
    for (const value of [1, 2]) journal.append(frameOf(table, value));
    const kept = watched(journal.kept());
    await clock.advance(900);
    expect(kept.is).toBe('waiting');
    await clock.advance(300);
    expect(kept.is).toBe('kept');
    const after = await open(disk.cut(() => 0));
    expect(firstValues(await readLane(after.samples))).toEqual([1, 2]);
    await after.close();
    await journal.close();
  });

  test('is everything at once when nothing waits; entries of the alarms lane count too', async () => {
    const { disk, clock, journal } = await stage();
    await journal.kept();
    let release: () => void = () => undefined;
    disk.stall = new Promise((resolve) => (release = resolve));
    journal.note(event(1));
    const kept = watched(journal.kept());
    await clock.advance(5000);
    expect(kept.is).toBe('waiting');
    disk.stall = undefined;
    release();
    await settle();
    expect(kept.is).toBe('kept');
    expect(await count(journal.alarms)).toBeGreaterThan(0);
    await journal.close();
  });

  test('is one promise for all who wait for the same commit, however much is told between', async () => {
    const { clock, journal, table } = await stage();
    journal.append(frameOf(table, 1));
    const first = journal.kept();
    journal.append(frameOf(table, 2));
    expect(journal.kept()).toBe(first);
    await clock.advance(2000);
    await first;
    journal.append(frameOf(table, 3));
    const second = journal.kept();
    expect(second).not.toBe(first);
    await clock.advance(2000);
    await second;
    expect(journal.kept()).toBe(journal.kept());
    await journal.close();
  });

  test('waits while a disk refuses, and rejects in words when the journal closes before', async () => {
    const { disk, clock, journal, table } = await stage();
    disk.failSync = new Error('EIO');
    journal.append(frameOf(table, 1));
    const [first, second] = [watched(journal.kept()), watched(journal.kept())];
    await clock.advance(1100);
    expect([first.is, second.is]).toEqual(['waiting', 'waiting']);
    await clock.advance(3000);
    expect([first.is, second.is]).toEqual(['kept', 'kept']);
    disk.capacity = 0;
    journal.append(frameOf(table, 2));
    const never = watched(journal.kept());
    await clock.advance(3_600_000);
    expect(never.is).toBe('waiting');
    const closed = journal.close();
    await clock.advance(5000);
    await closed;
    expect(never.is).toBe('the disk took no more before the stop');
    await expect(journal.kept()).rejects.toThrow('the disk took no more before the stop');
  });
});
