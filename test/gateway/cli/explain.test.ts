import { expect, test } from '@jest/globals';
import { messages } from '../../../gateway/cli/messages/index.js';
import { explainValue, type Explanation } from '../../../gateway/cli/explain.js';
import { explainText } from '../../../gateway/cli/explain-text.js';
import type { Cli } from '../../../gateway/cli/cli.js';
import { silentLog } from '../../../gateway/contract/index.js';
import { type Journal, openJournal } from '../../../gateway/journal/index.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { toldCli } from './told-cli.js';

const start = 1_700_000_000_000;

const open = (disk: MemoryDisk): Promise<Journal> =>
  openJournal({
    folder: '/journal',
    site: 'farm',
    clock: new ManualClock(),
    log: silentLog,
    disk,
    commitEveryMs: 1000,
    memoryBytesMax: 64 * 2 ** 20,
    bytesMax: 2 ** 40,
    freeBytesMin: 0,
    samplesAgeMaxMs: 1e12,
    alarmsAgeMaxMs: 1e12,
  });

/** Frames each second; tag names change half-way, under another configuration. */
async function written(disk: MemoryDisk, tags = 3): Promise<Journal> {
  const journal = await open(disk);
  const configured = (hash: string, instant: number) =>
    journal.note({ kind: 'configuration', instant, time: start + instant, hash, version: '1.2.3', files: {} });
  configured('c1', 1);
  const before = journal.table(tableSpec('d1', tags, 'c1'));
  for (let second = 1; second <= 200; second += 1) {
    journal.append(frameOf(before, second * 1000));
    if (second % 50 === 0) await journal.flushed();
  }
  configured('c2', 200_500);
  const spec = tableSpec('d1', tags, 'c2');
  const after = journal.table({
    ...spec,
    tags: spec.tags.map((tag) => ({ ...tag, name: `new-${tag.name}`, unit: '°C' })),
  });
  for (let second = 201; second <= 400; second += 1) journal.append(frameOf(after, second * 1000));
  await journal.flushed();
  return journal;
}

test('finds the reading at or before a time, under the names and the configuration it was read with', async () => {
  const journal = await written(new MemoryDisk());
  const found = await explainValue(journal, 'd1', 'v1', start + 50_999);
  expect(found).toMatchObject({
    value: 50_001,
    sequence: 49,
    offset: 49,
    time: new Date(start + 50_000).toISOString(),
    configuration: { hash: 'c1', version: '1.2.3', appliedAt: new Date(start + 1).toISOString() },
  });
  expect(await explainValue(journal, 'd1', 'new-v1', undefined)).toMatchObject({
    value: 400_001,
    unit: '°C',
    configuration: { hash: 'c2' },
  });
  await journal.close();
});

test('finds the last reading of a tag that is no longer configured, and nothing before the first', async () => {
  const journal = await written(new MemoryDisk());
  expect(await explainValue(journal, 'd1', 'v0', undefined)).toMatchObject({ value: 200_000 });
  expect(await explainValue(journal, 'd1', 'v0', start + 999)).toBeUndefined();
  expect(await explainValue(journal, 'd1', 'v9', undefined)).toBeUndefined();
  expect(await explainValue(journal, 'd2', 'v0', undefined)).toBeUndefined();
  await journal.close();
});

test('finds readings in older segments, and after a restart', async () => {
  const disk = new MemoryDisk();
  const journal = await written(disk, 12_000);
  expect(journal.samples.segments.length).toBeGreaterThan(1);
  await journal.close();
  const again = await open(disk);
  const first = await explainValue(again, 'd1', 'v0', start + 1500);
  expect(first).toMatchObject({ value: 1000, sequence: 0, epoch: again.identity.epoch });
  await again.close();
});

const explanation: Explanation = {
  site: 'farm',
  link: 'bus',
  device: 'climate-1',
  profile: 'xy-md02',
  group: 'main',
  tag: 'temperature',
  unit: '°C',
  value: 23.5,
  quality: 'uncertain-jump',
  status: 0x40930000,
  time: '2026-11-21T12:04:00.000Z',
  timeSpreadMs: 12,
  instant: 5,
  sequence: 7,
  epoch: '6ce5cbb060b4bc1f5df2a027',
  offset: 9,
  source: { address: { register: { table: 'input', start: 1 }, type: 'int16' }, scale: 0.1, offset: -5 },
  raw: null,
  configuration: { hash: 'b61ca8c7b054975f', version: '0.1.0', appliedAt: '2026-11-21T12:00:00.000Z' },
};

test('tells register, scale and what the device gave, in both languages', () => {
  const cli = (language: 'en' | 'zh'): Cli => ({ language, m: messages(language), columns: 80 }) as Cli;
  const en = explainText(cli('en'), explanation, '+08:00', Date.parse('2026-11-21T12:05:00Z'));
  expect(en).toContain('climate-1/temperature = 23.5 °C');
  expect(en).toContain('uncertain-jump (changed faster than is possible)');
  expect(en).toContain('register input 1, type int16');
  expect(en).toContain('raw × 0.1 + -5');
  expect(en).toContain('so the device gave 285');
  expect(en).toContain('1 min before the time asked for');
  const zh = explainText(cli('zh'), explanation, '+08:00', undefined);
  expect(zh).toContain('uncertain-jump (突变)');
  expect(zh).toContain('输入寄存器 1，类型 int16');
  expect(zh).toContain('由 Sluice 0.1.0 于 2026-11-21 20:00:00 +08:00 启用');
});

test('tells a 32-bit float by its own digits', () => {
  const source = { address: { register: { table: 'holding', start: 21 }, type: 'float32', order: 'CDAB' } };
  const found = { ...explanation, value: Math.fround(3.507), unit: 'm', source, raw: '72b04060' };
  const said = explainText(toldCli(), found, '+08:00', undefined);
  expect(said).toContain('climate-1/temperature = 3.507 m');
  expect(said).toMatch(/bytes +72b04060/);
});
