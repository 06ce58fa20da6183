import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Frame } from '../../../gateway/contract/index.js';
import { FolderLocked, nodeDisk, Position, type PositionKey } from '../../../gateway/journal/index.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { readLane } from '../../support/read-lane.js';
import { scratchFolder } from '../../support/scratch.js';
import { event, firstValues, folder, open } from '../../support/open-in-memory.js';

describe('a journal', () => {
  test('gives back what was appended, from memory and from disk alike', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk);
    const table = journal.table(tableSpec());
    const appended = [1, 2, 3].map((value) => journal.append(frameOf(table, value)));
    await journal.flushed();
    expect((await readLane(journal.samples)).map(({ record }) => record)).toEqual(appended);
    await journal.close();

    const again = await open(disk);
    expect((await readLane(again.samples)).map(({ record }) => record)).toEqual(appended);
    expect(again.recovery.lastKept).toEqual({ offset: 2, instant: 3, time: 1_700_000_000_003 });
    await again.close();
  });

  test('counts sequences a device densely, over a restart', async () => {
    const disk = new MemoryDisk();
    const sequences: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      const journal = await open(disk);
      const table = journal.table(tableSpec());
      for (let n = 0; n < 3; n += 1) sequences.push((journal.append(frameOf(table, n)) as Frame).sequence);
      await journal.close();
    }
    expect(sequences).toEqual(Array.from({ length: 12 }, (_, index) => index));
  });

  test('decodes a stored frame by its own table after tags were renamed', async () => {
    const disk = new MemoryDisk();
    const before = await open(disk);
    before.append(frameOf(before.table(tableSpec('d1', 2)), 10));
    await before.close();

    const after = await open(disk);
    const spec = tableSpec('d1', 2, 'c2');
    const renamed = after.table({ ...spec, tags: spec.tags.map((tag) => ({ ...tag, name: `new-${tag.name}` })) });
    after.append(frameOf(renamed, 20));
    await after.flushed();
    const names = (await readLane(after.samples)).map(({ record }) => record.table.tags[0]?.name);
    expect(names).toEqual(['v0', 'new-v0']);
    await after.close();
  });

  test('keeps positions, learned facts and memory over a kill', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk);
    const position = Position.from(0);
    position.deliver(0, 5);
    journal.savePositions(new Map([['influx/samples', position]]));
    journal.learn('bus', 'd1', { holes: [3] });
    journal.saveMemory(new Map([['rule', { since: 59 }]]));
    await journal.committed();

    const again = await open(disk.killed());
    expect(again.position('influx', 'samples')?.account(7)).toMatchObject({ appended: 7, delivered: 5, waiting: 2 });
    expect(again.learned('bus', 'd1')).toEqual({ holes: [3] });
    expect(again.memory('rule')).toEqual({ since: 59 });
    await again.close();
    await journal.close();
  });

  test('rolls over segments and reads across them', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk, { memoryBytesMax: 2 ** 26 });
    const table = journal.table(tableSpec('d1', 2000));
    for (let n = 0; n < 2500; n += 1) {
      journal.append(frameOf(table, n));
      if (n % 100 === 99) await journal.flushed();
    }
    await journal.flushed();
    expect(journal.samples.segments.length).toBeGreaterThan(2);
    expect(firstValues(await readLane(journal.samples))).toEqual(Array.from({ length: 2500 }, (_, n) => n));
    await journal.close();
    const again = await open(disk);
    expect((again.append(frameOf(again.table(tableSpec('d1', 2000)), 0)) as Frame).sequence).toBe(2500);
    await again.close();
  });
});

describe('after a kill', () => {
  test('whatever byte the file ends at, every whole record is kept and the next sequence follows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(2000), async (frames, cutBytes) => {
        const disk = new MemoryDisk();
        const journal = await open(disk);
        const table = journal.table(tableSpec());
        for (let n = 0; n < frames; n += 1) journal.append(frameOf(table, n));
        await journal.flushed();
        const killed = disk.killed();
        const path = killed.paths.find((one) => one.includes('samples')) as string;
        const content = killed.content(path);
        killed.setContent(path, content.subarray(0, Math.max(0, content.length - cutBytes)));
        const again = await open(killed);
        const kept = firstValues(await readLane(again.samples));
        expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => n));
        const next = again.append(frameOf(again.table(tableSpec()), 99)) as Frame;
        if (!again.recovery.newEpoch) expect(next.sequence).toBe(kept.length);
        await again.flushed();
        expect(firstValues(await readLane(again.samples))).toEqual([...kept, 99]);
        await again.close();
        await journal.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('after a power cut', () => {
  test('every committed record is there, none is wrong, and it opens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('append', 'note', 'flush', 'roll'), { maxLength: 40 }),
        fc.integer(),
        async (steps, seed) => {
          const disk = new MemoryDisk();
          const clock = new ManualClock();
          const journal = await open(disk, { clock });
          const table = journal.table(tableSpec());
          let appended = 0;
          let noted = 0;
          for (const step of steps) {
            if (step === 'append') journal.append(frameOf(table, appended++));
            if (step === 'note') journal.note(event(noted++));
            if (step === 'flush') await journal.flushed();
            if (step === 'roll') await clock.advance(250);
          }
          const committed = { samples: journal.samples.committed, alarms: journal.alarms.committed };
          const again = await open(disk.cut(randomOf(seed)));
          expect(again.recovery.newEpoch).toBeUndefined();
          const frames = await readLane(again.samples);
          expect(frames.length).toBeGreaterThanOrEqual(committed.samples);
          for (const { offset, record } of frames) expect(record.values[0]).toBe(offset);
          const notes = (await readLane(again.alarms)).filter(({ record }) => record.kind === 'transition');
          expect(notes.length + 1).toBeGreaterThanOrEqual(committed.alarms);
          notes.forEach(({ record }, index) => expect(record.instant).toBe(index));
          await again.close();
          await journal.close();
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a damaged segment', () => {
  test('is skipped where it is damaged, kept in quarantine, and never gives a wrong value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('flip', 'zero', 'truncate'),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (how, where) => {
          const disk = new MemoryDisk();
          const journal = await open(disk);
          const table = journal.table(tableSpec());
          for (let n = 0; n < 20; n += 1) journal.append(frameOf(table, n));
          journal.note(event(0));
          await journal.close();
          const damaged = disk.killed();
          const paths = damaged.paths.filter((path) => path.endsWith('.seg'));
          const path = paths[Math.floor(where * 1000) % paths.length] as string;
          const content = Buffer.from(damaged.content(path));
          const at = Math.floor(where * content.length);
          if (how === 'flip') content[at] = (content[at] as number) ^ 0x10;
          if (how === 'zero') content.fill(0, at, Math.min(at + 64, content.length));
          damaged.setContent(path, how === 'truncate' ? content.subarray(0, at) : content);
          const again = await open(damaged);
          for (const { record } of await readLane(again.samples)) {
            expect((record.values[1] as number) - (record.values[0] as number)).toBe(1);
          }
          if (again.recovery.reason === 'damage') {
            expect(again.recovery.damage.join()).toContain('damaged and were skipped; a copy is in');
            expect(damaged.paths.some((one) => one.includes('quarantine'))).toBe(true);
          }
          const next = again.append(frameOf(again.table(tableSpec()), 7)) as Frame;
          await again.flushed();
          expect((await readLane(again.samples)).at(-1)?.record).toEqual(next);
          await again.close();
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('identity', () => {
  test('goes on over a restart, and begins anew in a copy', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk);
    const { epoch } = journal.identity;
    journal.append(frameOf(journal.table(tableSpec()), 1));
    await journal.close();
    const same = await open(disk);
    expect(same.identity.epoch).toBe(epoch);
    await same.close();

    const elsewhere = disk.copied();
    for (const path of elsewhere.paths) elsewhere.put(path.replace(folder, '/elsewhere'), elsewhere.content(path));
    const clone = await open(elsewhere, { folder: '/elsewhere' });
    expect(clone.identity.epoch).not.toBe(epoch);
    expect(clone.recovery.newEpoch).toMatchObject({ reason: 'cloned', previous: epoch });
    clone.append(frameOf(clone.table(tableSpec()), 2));
    await clone.flushed();
    expect(clone.samples.epochAt(0).epoch).toBe(epoch);
    expect(clone.samples.epochAt(1).epoch).toBe(clone.identity.epoch);
    await clone.close();
  });

  test('is told from a backup put back in place, also when the file system gives the same inodes again', async () => {
    const { folder: scratch, remove } = await scratchFolder();
    const [place, backup] = [join(scratch, 'journal'), join(scratch, 'backup')];
    const onDisk = { folder: place, disk: nodeDisk };
    const journal = await open(new MemoryDisk(), onDisk);
    const { epoch } = journal.identity;
    journal.append(frameOf(journal.table(tableSpec()), 1));
    await journal.close();
    await cp(place, backup, { recursive: true });
    await rm(place, { recursive: true });
    await cp(backup, place, { recursive: true });
    const restored = await open(new MemoryDisk(), onDisk);
    expect(restored.recovery.newEpoch).toMatchObject({ reason: 'restored', previous: epoch });
    await restored.close();
    await remove();
  });

  test('of a folder copied while its gateway runs: the copied lock keeps nobody off', async () => {
    const { folder: scratch, remove } = await scratchFolder();
    const [place, copy] = [join(scratch, 'journal'), join(scratch, 'copy')];
    const journal = await open(new MemoryDisk(), { folder: place, disk: nodeDisk });
    await journal.flushed();
    await cp(place, copy, { recursive: true });
    await expect(open(new MemoryDisk(), { folder: place, disk: nodeDisk })).rejects.toThrow(FolderLocked);
    const clone = await open(new MemoryDisk(), { folder: copy, disk: nodeDisk });
    expect(clone.recovery.newEpoch).toMatchObject({ reason: 'cloned', previous: journal.identity.epoch });
    await clone.close();
    await journal.close();
    await remove();
  });
});

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a sealed alarms segment', () => {
  test('keeps every entry and loses the positions said over and over', async () => {
    const disk = new MemoryDisk();
    const journal = await open(disk, { memoryBytesMax: 2 ** 26 });
    const table = journal.table(tableSpec());
    const position = Position.from(0);
    const filler: PositionKey = `${'x'.repeat(2000)}/alarms`;
    for (let n = 0; n < 9000; n += 1) {
      journal.savePositions(
        new Map([
          ['influx/samples', position],
          [filler, position],
        ]),
      );
      if (n % 100 === 0) {
        journal.note(event(n));
        await journal.committed();
      }
    }
    journal.append(frameOf(table, 7));
    await journal.flushed();
    await journal.close();
    const sizes = disk.paths.filter((path) => path.includes('alarms')).map((path) => disk.content(path).length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes[0]).toBeLessThan(200_000);
    const again = await open(disk);
    const noted = (await readLane(again.alarms)).filter(({ record }) => record.kind === 'transition');
    expect(noted.map(({ record }) => record.instant)).toEqual(Array.from({ length: 90 }, (_, n) => n * 100));
    expect(again.position('influx', 'samples')).toBeDefined();
    expect((await readLane(again.samples))[0]?.record.table.tags[0]?.name).toBe('v0');
    await again.close();
  });
});
