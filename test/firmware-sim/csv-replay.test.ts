import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CsvReplay, type CsvReplaySpec, csvColumn } from '../../firmware-sim/index.js';
import { afterwards, HandClock, serve } from './field.js';

const text = '\uFEFFtime;methane;other\r\n0;0.1;7\r\n1;0.9;7\r\n2;;7\r\n3;-1.2;7\r\n';

async function replayed(spec: Omit<CsvReplaySpec, 'path' | 'column'>) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-replay-'));
  afterwards(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'record.csv');
  writeFileSync(path, text);
  const model = new CsvReplay({ path, column: 'methane', ...spec });
  const clock = new HandClock();
  const unit = { unit: 1, map: model.map, model, beforeRead: () => model.nextRow() };
  const registers = spec.as === 'int16' ? 1 : 2;
  const { wire } = await serve({ transport: { kind: 'tcp', port: 0 }, units: [unit], clock });
  return {
    clock,
    read: async () =>
      Buffer.from(await wire.ask(`0001 0000 0006 01 03 0000 000${registers}`, 9 + 2 * registers), 'hex').subarray(9),
  };
}

test('a column is found by its heading or its number; a cell without a number is NaN', () => {
  expect([...csvColumn(text, 'methane')]).toEqual([0.1, 0.9, Number.NaN, -1.2]);
  expect([...csvColumn('1\t2\n3\t4\n', 1)]).toEqual([2, 4]);
  expect(() => csvColumn(text, 'oxygen')).toThrow('no column "oxygen" among: time;methane;other');
});

test('each read has the next row, and the last one stays', async () => {
  const { read } = await replayed({ as: 'float32' });
  const seen: number[] = [];
  for (let row = 0; row < 5; row += 1) seen.push((await read()).readFloatBE());
  expect(seen.map((value) => Math.round(value * 10) / 10)).toEqual([0.1, 0.9, Number.NaN, -1.2, -1.2]);
});

test('rows follow the time of the record at ten times its speed, as steps of a tenth', async () => {
  const { clock, read } = await replayed({ as: 'int16', step: 0.1, rowMs: 60_000, speed: 10 });
  const level = async () => (await read()).readInt16BE();
  expect(await level()).toBe(1);
  await clock.pass(6000);
  expect(await level()).toBe(9);
  await clock.pass(6000);
  expect(await level()).toBe(-0x8000);
  await clock.pass(60_000);
  expect(await level()).toBe(-12);
});
