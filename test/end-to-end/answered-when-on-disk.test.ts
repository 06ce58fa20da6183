import { cp, readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { registries, type SiteConfig, siteLoader } from '../../config/index.js';
import { Sl651Simulator, type Sl651Station } from '../../firmware-sim/hydrology/index.js';
import { HeldValues } from '../../firmware-sim/index.js';
import { silentLog } from '../../gateway/contract/index.js';
import { type Disk, type Journal, nodeDisk, openJournal } from '../../gateway/journal/index.js';
import { Gateway, systemClock } from '../../gateway/runtime/index.js';
import { memoryIo } from '../config/fakes.js';
import { hexMessage } from '../drivers/sl651/messages.js';
import { freePort } from '../support/free-port.js';
import { settle } from '../support/manual-clock.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { readLane } from '../support/read-lane.js';
import { scratchFolder } from '../support/scratch.js';

let ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  ends = [];
});

const profile = 'sl651-reservoir';

async function siteOf(folder: string, port: number): Promise<SiteConfig> {
  const text = `version: 1
site: { id: dam }
links:
  stations:
    driver: sl651
    address: tcp-listen://127.0.0.1:${port}
    devices: { reservoir: { profile: ${profile}, station: "0012345678" } }
journal: { folder: ${folder}, commitEvery: 500ms }
`;
  const shipped = await readFile(join(process.cwd(), 'config/profiles', `${profile}.yaml`));
  const io = memoryIo({ 'site.yaml': text, [`shipped/${profile}.yaml`]: shipped });
  const { site, problems } = await siteLoader(registries)('site.yaml', io);
  if (!site) throw new Error(JSON.stringify(problems));
  return site;
}

interface Scene {
  readonly gateway: Gateway;
  readonly port: number;
  readonly station: Sl651Station;
  readonly model: HeldValues;
  readonly site: SiteConfig;
}

/** The gateway as it ships, and a station that dials it. */
async function scene(folder: string, disk: Disk, limits: Partial<SiteConfig['journal']> = {}): Promise<Scene> {
  const port = await freePort();
  const loaded = await siteOf(folder, port);
  const site = { ...loaded, journal: { ...loaded.journal, ...limits } };
  const gateway = await Gateway.start({ site, registries, clock: systemClock, log: silentLog, version: 'test', disk });
  ends.push(() => gateway.stop());
  while (gateway.links[0]?.statistics.state !== 'connected') await settle();
  const model = new HeldValues({ levelM: 29.026, rainMm: 0.5, rainTotalMm: 183, batteryV: 12.31, status: 0x80 });
  const station = { unit: 1, station: '0012345678', stationClass: 'K' as const, model };
  const simulator = new Sl651Simulator({ port, stations: [station], resendAfterMs: 1000 });
  ends.push(() => simulator.stop());
  return { gateway, port, station: simulator.stations[0] as Sl651Station, model, site };
}

/** Levels of the reservoir in a journal, in order. */
async function levelsIn(journal: Journal): Promise<number[]> {
  const frames = (await readLane(journal.samples)).map(({ record }) => record);
  return frames.flatMap(({ table, values, quality }) => {
    const slot = table.tags.findIndex(({ name }) => name === 'level');
    return table.device === 'reservoir' && slot >= 0 && (quality[slot] ?? 0) > 0 ? [values[slot] as number] : [];
  });
}

async function levelsOf(site: SiteConfig, folder: string, disk: Disk): Promise<number[]> {
  const options = { ...site.journal, folder, disk, site: 'dam', clock: systemClock, log: silentLog };
  const journal = await openJournal(options);
  try {
    return await levelsIn(journal);
  } finally {
    await journal.close();
  }
}

describe('a report that a station was told has arrived', () => {
  test('stands in the journal folder', async () => {
    const { folder, remove } = await scratchFolder();
    ends.push(remove);
    const { station, model, site } = await scene(join(folder, 'journal'), nodeDisk);
    for (const [n, level] of [29.026, 29.5].entries()) {
      model.command('levelM', level);
      expect(await station.report('timed')).toBeDefined();
      const copy = join(folder, `copy-${n}`);
      await cp(join(folder, 'journal'), copy, { recursive: true });
      expect((await levelsOf(site, copy, nodeDisk)).at(-1)).toBe(level);
    }
  });

  test('survives a power cut in that moment, whatever else is lost', async () => {
    const disk = new MemoryDisk();
    const { station, model, site } = await scene('/journal', disk);
    for (const level of [29.026, 29.5]) {
      model.command('levelM', level);
      expect(await station.report('timed')).toBeDefined();
      for (const dice of [0, 0.45, 0.99]) {
        expect(
          (
            await levelsOf(
              site,
              '/journal',
              disk.cut(() => dice),
            )
          ).at(-1),
        ).toBe(level);
      }
    }
  });
});

describe('a report that came just before an orderly stop', () => {
  test('is answered on the way, and stands in the journal', async () => {
    const disk = new MemoryDisk();
    const { gateway, station, site } = await scene('/journal', disk, { commitEveryMs: 3_600_000 });
    await gateway.journal.flushed();
    const answer = station.report('timed');
    while (gateway.links[0]?.statistics.reads === 0) await settle();
    await gateway.stop();
    expect(await answer).toBeDefined();
    expect(await levelsOf(site, '/journal', disk.killed())).toEqual([29.026]);
  });
});

describe('a station at a gateway whose disk is full', () => {
  test('has no answer however often it sends, and each report is in the journal once when there is room', async () => {
    const disk = new MemoryDisk();
    const { gateway, station, model } = await scene('/journal', disk);
    await gateway.journal.flushed();
    disk.capacity = 0;
    expect(await station.report('timed')).toBeUndefined();
    expect(await levelsIn(gateway.journal)).toEqual([]);
    disk.capacity = Number.POSITIVE_INFINITY;
    model.command('levelM', 29.5);
    expect(await station.report('timed')).toBeDefined();
    expect(await levelsIn(gateway.journal)).toEqual([29.026, 29.5]);
  });

  test('has none when the memory before the disk is full too: each time it sends, it is tried anew', async () => {
    const { gateway, station } = await scene('/journal', new MemoryDisk(), { memoryBytesMax: 1 });
    expect(await station.report('timed')).toBeUndefined();
    const sent = 3;
    const groups = 2;
    const { unstored, appended } = gateway.journal.acquisition;
    expect(appended).toBe(0);
    expect(unstored['disk too slow or full']).toBeGreaterThanOrEqual(sent * groups);
  });

  test('has none to a report that is kept as a record, either', async () => {
    const { gateway, port } = await scene('/journal', new MemoryDisk(), { memoryBytesMax: 1 });
    const socket = createConnection(port, '127.0.0.1');
    ends.push(async () => socket.destroy());
    const answers: Buffer[] = [];
    socket.on('data', (bytes) => answers.push(bytes));
    socket.write(hexMessage({ code: 0xe5, body: '0001261121120000ABAB' }));
    while (!gateway.journal.acquisition.unstored['happening, disk too slow or full']) await settle();
    await gateway.stop();
    expect(answers).toEqual([]);
  });
});
