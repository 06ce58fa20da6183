import { describe, expect, test } from '@jest/globals';
import { frameOf, tableSpec } from '../../support/frames.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { readLane } from '../../support/read-lane.js';
import { spareBytes } from '../../../gateway/journal/spare.js';
import { event, firstValues, folder, open } from '../../support/open-in-memory.js';

const spare = `${folder}/spare`;

async function spareIsKept(disk: MemoryDisk): Promise<void> {
  while (!disk.paths.includes(spare) || disk.content(spare).length < spareBytes) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a disk in trouble', () => {
  test('that is full costs the oldest samples, and no alarm', async () => {
    const disk = new MemoryDisk();
    disk.capacity = 40 * 2 ** 20;
    const clock = new ManualClock();
    const removed: number[] = [];
    const journal = await open(disk, {
      clock,
      memoryBytesMax: 2 ** 26,
      onRemoval: (_, records) => removed.push(records),
    });
    const flush = async (): Promise<void> => {
      let isDone = false;
      const flushed = journal.flushed().then(() => (isDone = true));
      while (!isDone) await clock.advance(1000);
      await flushed;
    };
    const table = journal.table(tableSpec('d1', 2000));
    for (let n = 0; n < 4000; n += 1) {
      journal.append(frameOf(table, n));
      if (n % 200 === 199) await flush();
    }
    journal.note(event(1));
    await flush();
    const frames = await readLane(journal.samples);
    expect(frames[0]?.offset).toBe(removed.reduce((sum, count) => sum + count, 0));
    expect(frames.at(-1)?.offset).toBe(3999);
    expect((await readLane(journal.alarms)).at(-1)?.record).toEqual(event(1));
    await journal.close();
  });

  test('that is full for both lanes at once, and takes nothing at all, ends neither the process nor the stop', async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock();
    const journal = await open(disk, { clock, memoryBytesMax: 2 ** 24 });
    const table = journal.table(tableSpec('d1', 100));
    journal.append(frameOf(table, 0));
    await journal.flushed();
    await spareIsKept(disk);
    disk.capacity = disk.used - spareBytes;
    for (let n = 1; n < 100; n += 1) {
      journal.append(frameOf(table, n));
      journal.note(event(n));
      await clock.advance(500);
    }
    const closed = journal.close();
    await clock.advance(5000);
    await closed;
    const again = await open(disk);
    expect(firstValues(await readLane(again.samples))).toEqual([0]);
    await again.close();
  });

  test('that is full takes every alarm into the room that was kept for it, and sets that aside again', async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock();
    const journal = await open(disk, { clock });
    await journal.committed();
    await spareIsKept(disk);
    disk.capacity = disk.used;
    for (let n = 0; n < 100; n += 1) journal.note(event(n));
    await journal.committed();
    const noted = (await readLane(journal.alarms)).filter(({ record }) => record.kind === 'transition');
    expect(noted.map(({ record }) => record.instant)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(disk.paths).not.toContain(spare);
    disk.capacity += spareBytes;
    await journal.retain(Number.NEGATIVE_INFINITY);
    expect(disk.content(spare)).toHaveLength(spareBytes);
    await journal.close();
  });

  test('that fails the sync of a segment being sealed loses nothing', async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock();
    const journal = await open(disk, { clock, memoryBytesMax: 2 ** 26 });
    const table = journal.table(tableSpec('d1', 2000));
    let count = 0;
    while (journal.samples.segments.length < 2) {
      journal.append(frameOf(table, count++));
      if (count % 60 !== 0) continue;
      // The write comes first; a sync that fails while the next chunk rolls the segment over is the one that matters.
      disk.failSync = new Error('EIO');
      const flushed = journal.flushed();
      await clock.advance(3000);
      await flushed;
    }
    const { committed } = journal.samples;
    const again = await open(disk.cut(() => 0));
    const kept = new Set((await readLane(again.samples)).map(({ offset }) => offset));
    for (let offset = 0; offset < committed; offset += 1) expect(kept.has(offset)).toBe(true);
    await again.close();
    await journal.close();
  });

  test('that fails a sync loses nothing: what was not synced is written again', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk);
    const table = journal.table(tableSpec());
    journal.append(frameOf(table, 0));
    await journal.flushed();
    journal.append(frameOf(table, 1));
    disk.failSync = new Error('EIO');
    const clock = new ManualClock();
    expect(clock.waiting).toBe(0);
    void journal.flushed();
    await new Promise((resolve) => setImmediate(resolve));
    await journal.close();
    const again = await open(disk.cut(() => 0));
    expect(firstValues(await readLane(again.samples))).toEqual([0, 1]);
    await again.close();
  });

  test('that fails a sync before the box is killed is not half remembered, and gives no offset to two records', async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock();
    const journal = await open(disk, { clock });
    const table = journal.table(tableSpec());
    for (let n = 0; n < 3; n += 1) journal.append(frameOf(table, n));
    await journal.flushed();
    const behind = journal.samples.reader();
    expect((await behind.read(0, 1, 2 ** 20)).records).toHaveLength(1);
    await behind.close();
    for (let n = 10; n < 13; n += 1) journal.append(frameOf(table, n));
    disk.failSync = new Error('EIO: i/o error, fdatasync');
    await clock.advance(1000);
    // The new segment is begun a second later; nothing but its head is there when the box is killed.
    const room = disk.used;
    disk.capacity = room + 1200;
    await clock.advance(1000);
    const killed = disk.killed();
    const again = await open(killed);
    expect(again.recovery.lastKept?.offset).toBe(again.recovery.firstNew - 1);
    const next = again.table(tableSpec());
    for (let n = 100; n < 103; n += 1) again.append(frameOf(next, n));
    await again.flushed();
    const values = firstValues(await readLane(again.samples));
    expect(values.slice(-3)).toEqual([100, 101, 102]);
    expect(values.slice(0, 3)).toEqual([0, 1, 2]);
    await again.close();
    disk.capacity = Number.POSITIVE_INFINITY;
    await clock.advance(2000);
    await journal.close();
  });

  test('whose spare a power cut left short gets a whole one', async () => {
    const disk = new MemoryDisk();
    disk.put(spare, Buffer.alloc(0));
    const journal = await open(disk);
    await spareIsKept(disk);
    await journal.close();
  });

  test('that stalls makes nobody wait, and past the memory limit frames are counted as unstored', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk, { memoryBytesMax: 4096 });
    const table = journal.table(tableSpec());
    let release = (): void => undefined;
    disk.stall = new Promise((resolve) => {
      release = resolve;
    });
    for (let n = 0; n < 1000; n += 1) journal.append(frameOf(table, n));
    const { acquired, appended, unstored } = journal.acquisition;
    expect(acquired).toBe(1000);
    expect(appended).toBeGreaterThan(0);
    expect(unstored).toEqual({ 'disk too slow or full': 1000 - appended });
    release();
    disk.stall = undefined;
    await journal.flushed();
    expect(await readLane(journal.samples)).toHaveLength(appended);
    await journal.close();
  });
});

describe('flushing', () => {
  test('that is asked for while a sync runs comes to its end', async () => {
    const journal = await open(new MemoryDisk());
    for (let turn = 0; turn < 50; turn += 1) {
      journal.note(event(turn));
      for (let wait = 0; wait < turn % 5; wait += 1) await new Promise((resolve) => setImmediate(resolve));
      await journal.flushed();
    }
    await journal.close();
  });
});
