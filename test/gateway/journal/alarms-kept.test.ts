import { describe, expect, test } from '@jest/globals';
import type { AlarmEntry } from '../../../gateway/contract/index.js';
import { alarmEntry, restingEntry } from '../../support/sink-records.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { open } from '../../support/open-in-memory.js';

const keyed = (entry: AlarmEntry, key: string): AlarmEntry => ({ ...entry, key });

describe('alarms a journal keeps', () => {
  test('stand after a start as their last entries said, also thousands of them, behind a new segment', async () => {
    const disk = new MemoryDisk();
    const first = await open(disk);
    for (let n = 0; n < 3000; n += 1) first.note(keyed(alarmEntry(1000 + n), `level/tank-${n}/level/H`));
    first.note(keyed(restingEntry(9000), 'level/tank-7/level/H'));
    await first.close();
    const second = await open(disk);
    const { standing, offsets } = second.alarmsKept;
    expect(standing.size).toBe(2999);
    expect(standing.has('level/tank-7/level/H')).toBe(false);
    expect(standing.get('level/tank-2999/level/H')).toMatchObject({ instant: 3999 });
    expect(offsets.get('level/tank-0/level/H')).toBeLessThan(offsets.get('level/tank-2999/level/H') as number);
    await second.close();
  });

  test('under another name stand under that one alone', async () => {
    const disk = new MemoryDisk();
    const first = await open(disk);
    first.note(keyed(alarmEntry(1000), 'old'));
    first.note({ ...keyed(alarmEntry(2000), 'new'), change: 'renamed', formerKey: 'old' });
    await first.close();
    const second = await open(disk);
    expect([...second.alarmsKept.standing.keys()]).toEqual(['new']);
    await second.close();
  });

  test('what is remembered in many parts survives, however large it is together', async () => {
    const disk = new MemoryDisk();
    const first = await open(disk);
    for (let part = 0; part < 12; part += 1) {
      first.saveMemory(new Map([[`part/${part}`, { text: `${part}`.repeat(1_000_000) }]]));
    }
    await first.close();
    const second = await open(disk);
    await second.close();
    const third = await open(disk);
    expect(third.memory('part/11')).toEqual({ text: '11'.repeat(1_000_000) });
    expect(third.memory('part/0')).toEqual({ text: '0'.repeat(1_000_000) });
    expect(third.recovery.damage).toEqual([]);
    await third.close();
  });
});
