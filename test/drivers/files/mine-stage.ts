import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MineFileWriter, type MineRecord } from '../../../firmware-sim/text-files/index.js';
import type { Reading } from '../../../gateway/contract/index.js';
import { type ManualClock, settle } from '../../support/manual-clock.js';
import { scratchFolder } from '../../support/scratch.js';
import { type Devices, linkOf, type Watching, watchLink } from './files-link.js';
import { said } from './told-log.js';

export const face: Devices = {
  'face-1': {
    mine: '520201001',
    pointPrefix: '001',
    silence: '2min',
    tags: {
      methane: { point: 'A01' },
      carbon_monoxide: { point: 'A02' },
      state: { point: 'A01', field: 'state', type: 'text' },
      fan: { point: 'D01', is: 1 },
    },
  },
};

/** A folder a mine writes into, and the drivers that watch it. */
export interface MineStage {
  readonly folder: string;
  readonly mine: MineFileWriter;
  watch(
    settings?: Readonly<Record<string, unknown>>,
    options?: Parameters<typeof watchLink>[1],
    devices?: Devices,
  ): Promise<Watching>;
  strike(): Promise<void>;
}

export async function setStage(): Promise<MineStage> {
  const scratch = await scratchFolder();
  const folder = join(scratch.folder, 'out');
  await mkdir(folder);
  const open: Watching[] = [];
  return {
    folder,
    mine: new MineFileWriter({ folder }),
    async watch(settings = {}, options = {}, devices = face) {
      const link = linkOf({ folder, every: '20ms', settle: '10min', ...settings }, devices);
      const watching = await watchLink(link, options);
      open.push(watching);
      return watching;
    },
    async strike() {
      for (const { driver } of open) await driver.close();
      await scratch.remove();
    },
  };
}

/** Lets so much time pass, and at least one look into the folder. */
export async function pass(clock: ManualClock, { driver }: Watching, ms: number): Promise<void> {
  const { looks } = driver.counters();
  await clock.advance(ms);
  while (driver.counters()['looks'] === looks) await settle();
  await settle();
}

const start = Date.UTC(2026, 10, 21, 1, 0);
export const minuteMs = 60_000;
/** ms UTC, so many minutes after 09:00 of the mine. */
export const at = (minutes: number): number => start + minutes * minuteMs;

export const methane = (minutes: number, value: string | number, state = '正常'): MineRecord => ({
  point: '001A01',
  at: at(minutes),
  value,
  state,
});

export const realtime = (...records: MineRecord[]) => ({ table: 'AQSS', records });

export const methaneOf = (readings: readonly Reading[]): unknown[] =>
  readings.map((reading) => said(reading)['methane']);

export const summary = (readings: readonly Reading[]): unknown[] =>
  readings.map((reading) => [reading.table.device, said(reading), reading.late ?? false]);
