import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '../../../drivers/files/index.js';
import { MineFileWriter } from '../../../firmware-sim/text-files/index.js';
import { type SubscribedDriver, silentLog } from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { describeSubscribedDriverContract, type SubscribedStage } from '../../contracts/subscribed-driver.js';
import { scratchFolder } from '../../support/scratch.js';
import { KeptFacts, linkOf } from './files-link.js';
import { tablesOf } from './told-log.js';

async function stage(): Promise<SubscribedStage> {
  const scratch = await scratchFolder();
  const folder = join(scratch.folder, 'out');
  await mkdir(folder);
  const tags = {
    methane: { point: 'A01' },
    fan: { point: 'D01', is: 1 },
    state: { point: 'A01', field: 'state', type: 'text' },
  };
  const link = linkOf(
    { folder, every: '20ms' },
    { face: { pointPrefix: '001', tags }, other: { pointPrefix: '002', tags } },
  );
  const context = { log: silentLog, clock: systemClock, learned: new KeptFacts(), secret: resolveSecret };
  const driver = (await files.create(link, context)) as SubscribedDriver;
  const mine = new MineFileWriter({ folder });
  let at = Date.now();
  return {
    driver,
    tables: tablesOf(link),
    async speak() {
      at += 1000;
      const points = ['001A01', '001D01', '002A01', '002D01'];
      await mine.write({ table: 'AQSS', records: points.map((point) => ({ point, at, value: 1 })) });
    },
    cut: undefined,
    async close() {
      await driver.close();
      await scratch.remove();
      return 0;
    },
  };
}

describeSubscribedDriverContract('files', stage);
