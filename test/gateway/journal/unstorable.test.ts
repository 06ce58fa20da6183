import { describe, expect, test } from '@jest/globals';
import { type RecordEntry, silentLog, type StampedFrame } from '../../../gateway/contract/index.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { event, open } from '../../support/open-in-memory.js';
import { readLane } from '../../support/read-lane.js';

const record = (n: number, bytes = 10, device = 'd1'): RecordEntry => ({
  kind: 'record',
  instant: n,
  time: n,
  device,
  name: 'weighing',
  at: null,
  id: String(n),
  fields: { x: 'a'.repeat(bytes) },
});

async function stage(memoryBytesMax = 64 * 2 ** 20) {
  const disk = new MemoryDisk();
  const clock = new ManualClock();
  const warned: unknown[] = [];
  const log = { ...silentLog, warn: (fields: object) => void warned.push(fields) };
  const journal = await open(disk, { clock, memoryBytesMax, log });
  await journal.flushed();
  return { disk, clock, journal, warned };
}

describe('what is longer than a record of the journal', () => {
  test('told by a driver, is not written, counted each time, and logged once a device', async () => {
    const { disk, journal, warned } = await stage();
    const kept = [record(1), record(2, 9 * 2 ** 20), record(3, 9 * 2 ** 20), record(4)];
    expect(kept.map((one) => journal.noteHappening(one))).toEqual(['stored', 'too long', 'too long', 'stored']);
    expect(journal.acquisition).toEqual({
      acquired: 2,
      appended: 0,
      unstored: { 'happening longer than a record': 2 },
    });
    expect(warned).toEqual([{ device: 'd1', what: 'happening', bytes: expect.any(Number), bytesMax: 8 * 2 ** 20 }]);
    await journal.close();
    const again = await open(disk.killed());
    expect(again.recovery.damage).toEqual([]);
    const ids = (await readLane(again.alarms)).flatMap(({ record: one }) => (one.kind === 'record' ? [one.id] : []));
    expect(ids).toEqual(['1', '4']);
    await again.close();
  });

  test('is settled if it is a frame: told again it would fare no better', async () => {
    const { journal, warned } = await stage();
    const table = journal.table(tableSpec());
    const long: StampedFrame = { ...frameOf(table, 1), raw: new Uint8Array(9 * 2 ** 20) };
    expect([long, long, frameOf(table, 2)].map((one) => journal.append(one)?.sequence)).toEqual([
      undefined,
      undefined,
      expect.any(Number),
    ]);
    expect(journal.acquisition.unstored).toEqual({ 'frame longer than a record': 2 });
    expect(journal.settledFrames).toBe(3);
    expect(warned).toHaveLength(1);
    await journal.close();
  });

  test('is our fault if it is an entry of ours: it throws, and writes nothing', async () => {
    const { journal } = await stage();
    const before = journal.alarms.next;
    expect(() => journal.note({ ...record(1, 9 * 2 ** 20), kind: 'record' })).toThrow(
      /longer than a record: not written/,
    );
    expect(journal.alarms.next).toBe(before);
    await journal.close();
  });
});

describe('happenings before a disk that takes nothing', () => {
  test('fill the memory to its limit and are counted as unstored; alarms and events are noted all the same', async () => {
    const memoryBytesMax = 64 * 1024;
    const { disk, clock, journal } = await stage(memoryBytesMax);
    disk.capacity = 0;
    const fates = Array.from({ length: 100 }, (_, n) => journal.noteHappening(record(n + 1, 1000)));
    const refused = fates.filter((one) => one === 'no room').length;
    expect(refused).toBeGreaterThan(30);
    expect(fates.indexOf('no room')).toBe(100 - refused);
    expect(journal.waitingBytes).toBeLessThanOrEqual(memoryBytesMax);
    expect(journal.acquisition).toEqual({
      acquired: refused,
      appended: 0,
      unstored: { 'happening, disk too slow or full': refused },
    });
    const before = journal.alarms.next;
    journal.note(event(1000));
    expect(journal.alarms.next).toBe(before + 1);
    disk.capacity = Number.POSITIVE_INFINITY;
    await clock.advance(5000);
    expect(journal.noteHappening(record(1001))).toBe('stored');
    await journal.close();
  });
});
