import { appendFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteConfig } from '../../../config/index.js';
import type { RunningPool } from '../../pool/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import { createLog } from '../log.js';
import { type PlantChild, startPlantChild } from '../plant-child.js';
import { needPort, type RunningSite, startSite } from '../run/start-site.js';
import type { DemoPorts } from './demo-site.js';

const loopback = '127.0.0.1';

/** Everything the demonstration runs. */
export interface RunningDemo {
  readonly plant: PlantChild;
  readonly pool: RunningPool;
  readonly site: RunningSite;
  /** Gateway first, then those it reads and delivers to. */
  stop(reason: string): Promise<void>;
}

async function startPlant(cli: Cli, ports: DemoPorts, folder: string): Promise<PlantChild> {
  const { demoPlant } = await import('../../../firmware-sim/index.js');
  const spec = join(folder, 'instruments.json');
  await writeFile(spec, `${JSON.stringify(demoPlant(ports), null, 2)}\n`);
  return startPlantChild(spec).catch((error: unknown) => {
    throw new Failure(cli.m.demo.noPlant({ reason: (error as Error).message }), 'failed', { cause: error });
  });
}

/** Starts instruments, pool and gateway, in this order; what has started is stopped again when one fails. */
export async function startDemo(
  cli: Cli,
  config: SiteConfig,
  ports: DemoPorts,
  folder: string,
  version: string,
): Promise<RunningDemo> {
  const { startPool } = await import('../../pool/index.js');
  for (const port of [ports.page, ports.broker, ports.pool, ports.controller, ports.bus, ports.station]) {
    await needPort(loopback, port);
  }
  const logFile = join(folder, 'sluice.log');
  const log = await createLog({
    timezone: config.site.timezone,
    isPlain: false,
    write: (line) => appendFileSync(logFile, line),
  });
  const started: (() => Promise<void>)[] = [];
  try {
    const plant = await startPlant(cli, ports, folder);
    started.push(() => plant.stop());
    const pool = await startPool({ host: loopback, port: ports.pool, folder: join(folder, 'pool'), log });
    started.push(() => pool.stop());
    const site = await startSite(config, log, version);
    return {
      plant,
      pool,
      site,
      stop: async (reason) => {
        await site.stop(reason);
        await Promise.all([pool.stop(), plant.stop()]);
      },
    };
  } catch (error) {
    for (const stop of started.toReversed()) await stop();
    throw error;
  }
}
