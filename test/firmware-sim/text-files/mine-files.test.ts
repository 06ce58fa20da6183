import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HeldValues } from '../../../firmware-sim/index.js';
import { MineFileWriter, MineSimulator, toGbk } from '../../../firmware-sim/text-files/index.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { scratchFolder } from '../../support/scratch.js';

let folder: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterEach(() => remove());

const at = Date.UTC(2026, 10, 21, 1, 1);

test('GBK is what a Chinese Windows writes', () => {
  expect(toGbk('A正常‖').toString('hex')).toBe('41d5fdb3a3a1ac');
  expect(new TextDecoder('gbk').decode(toGbk('报警；断线～标校'))).toBe('报警；断线～标校');
  expect(() => toGbk('😀')).toThrow(RangeError);
});

test('a file has header, records and end mark, in the time of the mine', async () => {
  const mine = new MineFileWriter({ folder });
  const name = await mine.write({ table: 'AQSS', records: [{ point: '001A01', at, value: 0.45 }] });
  expect(name).toBe('520201001_AQSS_000001.txt');
  expect(new TextDecoder('gbk').decode(await readFile(join(folder, name)))).toBe(
    'KJ;AQSS|\r\n520201001;001A01;2026-11-21 09:01:00;0.45;正常~\r\n||\r\n',
  );
});

test('a begun file is whole when it is finished', async () => {
  const mine = new MineFileWriter({ folder });
  const file = { table: 'AQSS', records: [{ point: '001A01', at, value: 0.45 }], name: 'a.txt' };
  const begun = await mine.begin(file, 20);
  expect((await readFile(join(folder, 'a.txt'))).length).toBe(20);
  await begun.finish();
  expect(await readFile(join(folder, 'a.txt'))).toEqual(toGbk(mine.textOf(file)));
});

test('a mine writes again and again, with the faults it is given', async () => {
  const clock = new ManualClock(at);
  const simulator = new MineSimulator({
    folder,
    points: [{ point: '001A01', tag: 'methane' }],
    model: new HeldValues({ methane: 0.5 }),
    everyMs: 1000,
    clock,
  });
  const files = async (count: number): Promise<string[]> => {
    for (;;) {
      const names = (await readdir(folder)).sort();
      if (names.length === count && clock.waiting === 1) {
        return Promise.all(
          names.map(async (name) => new TextDecoder('gbk').decode(await readFile(join(folder, name)))),
        );
      }
      await settle();
    }
  };
  await simulator.start();
  expect(simulator.address).toMatch(/^file:\/\//);
  expect(await files(1)).toEqual(['KJ;AQSS|\r\n520201001;001A01;2026-11-21 09:01:00;0.50;正常~\r\n||\r\n']);
  simulator.inject({ kind: 'broken-sensor', unit: 1, tag: 'methane' });
  await clock.advance(1000);
  expect((await files(2))[1]).toContain('2026-11-21 09:01:01;;断线~');
  simulator.heal();
  simulator.inject({ kind: 'truncated', share: 1 });
  await clock.advance(1000);
  expect((await files(3))[2]).not.toContain('||');
  simulator.inject({ kind: 'dead', unit: 1 });
  await clock.advance(1000);
  expect(await files(3)).toHaveLength(3);
  await simulator.stop();
});
