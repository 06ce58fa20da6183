import { open } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { Clock } from '../../../contract/index.js';
import { version } from '../../version.js';
import { type PortFacts, portFacts } from '../ports/port-facts.js';
import type { Visit } from './visit.js';

/** Everything that helps somebody far away: the box, its ports, what was seen of each link and what was made of it. */
export interface SupportFile {
  readonly format: 'sluice-support';
  readonly made: string;
  readonly sluice: string;
  readonly box: {
    readonly system: string;
    readonly node: string;
    readonly processors: number;
    readonly memoryMB: number;
  };
  readonly ports: readonly PortFacts[];
  readonly links: readonly Visit[];
}

/** What devices said is left out unless it was asked for; secrets never come this far: a site file only refers to them. */
const withoutValues = (key: string, value: unknown): unknown => (key === 'data' ? undefined : value);

/** Readable by its owner alone, also where there was a file before. */
export async function writeSupport(
  file: string,
  visits: readonly Visit[],
  withValues: boolean,
  clock: Clock,
): Promise<void> {
  const support: SupportFile = {
    format: 'sluice-support',
    made: new Date(clock.utc()).toISOString(),
    sluice: version(),
    box: {
      system: `${platform()} ${release()} ${arch()}`,
      node: process.version,
      processors: cpus().length,
      memoryMB: Math.round(totalmem() / 1e6),
    },
    ports: await portFacts(),
    links: visits,
  };
  const text = JSON.stringify(support, withValues ? undefined : withoutValues, 2);
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(`${text}\n`);
  } finally {
    await handle.close();
  }
}
