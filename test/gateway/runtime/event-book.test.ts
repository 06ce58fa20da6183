import { describe, expect, test } from '@jest/globals';
import type { ConditionDescription, EventEntry } from '../../../gateway/contract/index.js';
import type { Journal } from '../../../gateway/journal/index.js';
import { EventBook } from '../../../gateway/runtime/event-book.js';
import type { Judged } from '../../../pipelines/index.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { open } from '../../support/open-in-memory.js';
import { readLane } from '../../support/read-lane.js';

const key = 'heat/d1/v0/H';
const described: ConditionDescription = {
  key,
  device: 'd1',
  tag: 'v0',
  kind: 'H',
  limit: 28,
  unit: '°C',
  message: { en: 'too hot', zh: '温度过高' },
};
const conditions = new Map([[key, described]]);
const stamp = () => ({ instant: 50, time: 5000 });

function judged(journal: Journal, condition: boolean | 'unknown', value: number): Judged {
  const frame = { ...frameOf(journal.table(tableSpec()), value), sequence: value };
  return { judgement: { key, condition, value, quality: 1, limit: 28, instant: value }, cause: { frame } };
}

async function events(journal: Journal): Promise<EventEntry[]> {
  await journal.committed();
  return (await readLane(journal.alarms)).flatMap(({ record }) => (record.kind === 'event' ? [record] : []));
}

const startOf = (book: EventBook, goesOn = true): void => book.start(stamp, 'c2', () => goesOn);

describe('the event book', () => {
  test('notes one event a change, and unknown neither raises nor clears', async () => {
    const journal = await open(new MemoryDisk());
    const book = new EventBook(journal, conditions);
    startOf(book);
    for (const [condition, value] of [
      [true, 29],
      [true, 30],
      ['unknown', 31],
      [true, 32],
      [false, 20],
      [false, 19],
    ] as const) {
      book.judged(judged(journal, condition, value));
    }
    const noted = await events(journal);
    expect(noted.map(({ state, cause }) => [state, cause])).toEqual([
      ['active', { sequence: 29 }],
      ['normal', { sequence: 20 }],
    ]);
    await journal.close();
  });

  test('what is active goes on over a restart: a rule that finds the same again says nothing', async () => {
    const disk = new MemoryDisk();
    const first = await open(disk);
    const book = new EventBook(first, conditions);
    startOf(book);
    book.judged(judged(first, true, 29));
    await first.close();
    const second = await open(disk);
    const again = new EventBook(second, conditions);
    again.judged(judged(second, true, 29));
    startOf(again);
    again.judged(judged(second, true, 30));
    expect((await events(second)).map(({ state }) => state)).toEqual(['active']);
    await second.close();
  });

  test.each([
    ['whose rule is gone', new Map<string, ConditionDescription>(), true],
    ['whose rule begins anew', conditions, false],
  ])('an active condition %s ends with the configuration that ended it', async (_, known, goesOn) => {
    const disk = new MemoryDisk();
    const first = await open(disk);
    const book = new EventBook(first, conditions);
    startOf(book);
    book.judged(judged(first, true, 29));
    await first.close();
    const second = await open(disk);
    startOf(new EventBook(second, known), goesOn);
    const last = (await events(second)).at(-1);
    expect(last).toMatchObject({ key, device: 'd1', state: 'normal', value: null, cause: { configuration: 'c2' } });
    expect(second.active.size).toBe(0);
    await second.close();
  });

  test('what a rule had found active ends with the failure of the rule, by its name, and may be raised again', async () => {
    const journal = await open(new MemoryDisk());
    const book = new EventBook(journal, conditions);
    startOf(book);
    book.judged(judged(journal, true, 29));
    book.ruleFailed('heat', [described]);
    book.ruleFailed('heat', [described]);
    expect(journal.active.size).toBe(0);
    book.judged(judged(journal, true, 30));
    const noted = await events(journal);
    expect(noted.map(({ state }) => state)).toEqual(['active', 'normal', 'active']);
    expect(noted[1]).toMatchObject({ key, device: 'd1', value: null, cause: { tick: 50 } });
    expect(noted[1]?.message.en).toContain('Rule heat failed');
    expect(noted[1]?.message.zh).toContain('规则 heat');
    await journal.close();
  });

  test('a rule that fails in the recall ends what was active, and what it then still finds stands', async () => {
    const disk = new MemoryDisk();
    const first = await open(disk);
    const book = new EventBook(first, conditions);
    startOf(book);
    book.judged(judged(first, true, 29));
    await first.close();
    const second = await open(disk);
    const again = new EventBook(second, conditions);
    again.judged(judged(second, false, 20));
    again.ruleFailed('heat', [described]);
    again.judged(judged(second, true, 30));
    startOf(again);
    const noted = await events(second);
    expect(noted.map(({ state, value }) => [state, value])).toEqual([
      ['active', 29],
      ['normal', null],
      ['active', 30],
    ]);
    await second.close();
  });
});
