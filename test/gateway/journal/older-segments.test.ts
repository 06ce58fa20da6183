import { describe, expect, test } from '@jest/globals';
import { frameOf, tableSpec } from '../../support/frames.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { readLane } from '../../support/read-lane.js';
import { event, firstValues, folder, open } from '../../support/open-in-memory.js';

const frames = 150;
const tags = 20_000;
const whole = Array.from({ length: frames }, (_, n) => n);

/** A stopped journal with a sealed samples segment and one that goes on; frames of 160 kB. */
async function stoppedJournal(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const journal = await open(disk, { memoryBytesMax: 2 ** 26 });
  const table = journal.table(tableSpec('d1', tags));
  for (let n = 0; n < frames; n += 1) {
    journal.append(frameOf(table, n));
    if (n % 10 === 9) await journal.flushed();
  }
  // Behind the tables, so that what is spoilt before it is damage and no torn end.
  journal.note(event(0));
  await journal.close();
  return disk.killed();
}

const sealed = `${folder}/samples-0000000001.seg`;
const newest = `${folder}/samples-0000000002.seg`;
const alarms = `${folder}/alarms-0000000001.seg`;

describe('what older segments hold', () => {
  test('keeps the timeline going when the newest one has only been begun', async () => {
    const disk = await stoppedJournal();
    const content = disk.content(newest);
    // The head of a segment: its header and its snapshot, up to the first copy of a table.
    const headEnd = content.indexOf('SLR1', content.indexOf('SLR1', 1) + 1);
    disk.setContent(newest, content.subarray(0, headEnd));
    const journal = await open(disk);
    const last = journal.samples.next - 1;
    expect(last).toBeGreaterThan(90);
    expect(journal.recovery.lastKept).toEqual({ offset: last, instant: last, time: 1_700_000_000_000 + last });
    expect(journal.lastStamps.instant).toBeGreaterThanOrEqual(last);
    await journal.close();
  });

  test('is readable when the record of its tag table is spoilt', async () => {
    const disk = await stoppedJournal();
    const content = Buffer.from(disk.content(alarms));
    const at = content.indexOf('"v1000"');
    content[at + 2] = (content[at + 2] as number) ^ 1;
    disk.setContent(alarms, content);
    const journal = await open(disk);
    expect(journal.recovery.reason).toBe('damage');
    expect(firstValues(await readLane(journal.samples))).toEqual(whole);
    expect(journal.table(tableSpec('d1', tags)).number).toBe(1);
    await journal.close();
  });

  test('is told, copied and gone around when a sealed one turns out to be damaged', async () => {
    const disk = await stoppedJournal();
    const content = Buffer.from(disk.content(sealed));
    content.fill(0, 5_000_000, 5_400_000);
    disk.setContent(sealed, content);
    const told: string[] = [];
    const journal = await open(disk, { onDamage: (sentence) => void told.push(sentence) });
    const values = firstValues(await readLane(journal.samples));
    await readLane(journal.samples);
    await journal.close();
    expect(values.length).toBeGreaterThan(frames - 6);
    expect(values.length).toBeLessThan(frames);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^samples-0000000001\.seg: bytes \d+–\d+ are damaged and were skipped; a copy is in/);
    expect(disk.content(`${folder}/quarantine/samples-0000000001.seg`).equals(content)).toBe(true);
  });

  test('is told when a sealed one ends early', async () => {
    const disk = await stoppedJournal();
    disk.setContent(sealed, disk.content(sealed).subarray(0, 8_000_000));
    const told: string[] = [];
    const journal = await open(disk, { onDamage: (sentence) => void told.push(sentence) });
    const values = firstValues(await readLane(journal.samples));
    await journal.close();
    expect(values.at(-1)).toBe(frames - 1);
    expect(values.length).toBeLessThan(frames);
    expect(told).toHaveLength(1);
  });

  test.each([sealed, newest, alarms])('is kept but for the sectors of %s that cannot be read', async (path) => {
    const disk = await stoppedJournal();
    const at = Math.floor(disk.content(path).length / 2);
    disk.unreadable = { path, from: at, to: at + 1 };
    const journal = await open(disk);
    const values = firstValues(await readLane(journal.samples));
    expect(values.length).toBeGreaterThan(frames - 3);
    await journal.close();
  });

  test('is left on the disk when the end of the newest one cannot be read', async () => {
    const disk = await stoppedJournal();
    const { length } = disk.content(newest);
    disk.unreadable = { path: newest, from: length - 10_000, to: length };
    const before = Buffer.from(disk.content(newest));
    const journal = await open(disk);
    expect(journal.recovery.damage.join()).toContain('samples-0000000002.seg');
    expect(journal.recovery.newEpoch?.reason).toBe('unreadable');
    expect(disk.content(newest).equals(before)).toBe(true);
    await journal.close();
  });

  test('is all given out after a disk that took no reading for a while', async () => {
    const disk = await stoppedJournal();
    const journal = await open(disk);
    const reader = journal.samples.reader();
    const first = await reader.read(0, 10, 2 ** 30);
    disk.unreadable = { path: sealed, from: 0, to: Number.POSITIVE_INFINITY };
    await expect(reader.read(10, frames, 2 ** 30)).rejects.toThrow('EIO');
    disk.unreadable = undefined;
    const values = first.records.map(({ values: [value] }) => value as number);
    for (let at = 10; at < frames; ) {
      const { records, next } = await reader.read(at, frames, 2 ** 30);
      values.push(...records.map(({ values: [value] }) => value as number));
      at = next;
    }
    expect(values).toEqual(whole);
    await reader.close();
    await journal.close();
  });

  test('is followed by what is appended after an end of the newest one was spoilt while it is read', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk);
    const table = journal.table(tableSpec());
    for (let n = 0; n < 3; n += 1) journal.append(frameOf(table, n));
    await journal.flushed();
    journal.samples.release(3);
    const content = Buffer.from(disk.content(sealed));
    content.fill(0, content.length - 20);
    disk.setContent(sealed, content);
    const reader = journal.samples.reader();
    expect((await reader.read(0, 10, 2 ** 20)).records).toHaveLength(2);
    for (let n = 3; n < 6; n += 1) journal.append(frameOf(table, n));
    await journal.flushed();
    // No longer in memory: the reader goes on in the file it was in.
    journal.samples.release(6);
    expect(firstValues((await reader.read(3, 10, 2 ** 20)).records.map((record) => ({ record })))).toEqual([3, 4, 5]);
    await reader.close();
    await journal.close();
  });
});
