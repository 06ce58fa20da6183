import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registries } from '../../../config/index.js';
import type { PlantSpec } from '../../../firmware-sim/index.js';
import {
  type DriverLink,
  FrameBuilder,
  isSubscribed,
  type PolledDriver,
  silentLog,
  type TagTable,
} from '../../contract/index.js';
import { resolveSecret, systemClock } from '../../runtime/index.js';
import { startPlantChild } from '../plant-child.js';

const floats = 50;
const never = new AbortController().signal;

const field: PlantSpec = {
  servers: [
    {
      name: 'bench',
      transport: { kind: 'tcp', port: 0 },
      units: [
        {
          unit: 1,
          entries: Array.from({ length: floats }, (_, index) => ({
            area: 'holding' as const,
            address: index * 2,
            type: 'float32' as const,
            tag: `v${index}`,
          })),
          values: Object.fromEntries(Array.from({ length: floats }, (_, index) => [`v${index}`, index + 0.5])),
        },
      ],
    },
  ],
};

const table: TagTable = {
  site: 'bench',
  link: 'bench',
  device: 'bench',
  profile: 'bench',
  group: 'main',
  configuration: '',
  number: 1,
  tags: Array.from({ length: floats }, (_, index) => ({ name: `v${index}`, type: 'number', unit: '' })),
};

async function driverAt(address: string): Promise<PolledDriver> {
  const modbus = registries.drivers['modbus'];
  if (!modbus) throw new Error('this build has no Modbus driver');
  const tags = table.tags.map(({ name }, index) => ({
    name,
    type: 'number',
    statutory: false,
    address: modbus.tag.parse({ register: `holding ${index * 2}`, type: 'float32' }),
  }));
  const link: unknown = {
    name: 'bench',
    settings: modbus.link.parse({ framing: 'tcp', address }),
    devices: [
      {
        name: 'bench',
        profile: 'bench',
        settings: modbus.device.parse({ unit: 1 }),
        groups: [{ name: 'main', everyMs: 1000, tags }],
      },
    ],
  };
  const learned = { get: () => undefined, set: () => undefined };
  const driver = await modbus.create(link as DriverLink<never, never, never>, {
    log: silentLog,
    clock: systemClock,
    secret: resolveSecret,
    learned,
  });
  if (isSubscribed(driver)) throw new Error('the Modbus driver is not polled');
  return driver;
}

/** One reading after another for `forMs`; readings a second. */
async function rateOf(driver: PolledDriver, forMs: number): Promise<number> {
  const start = performance.now();
  let reads = 0;
  while (performance.now() - start < forMs) {
    await driver.read({ device: 'bench', group: 'main' }, new FrameBuilder(table), never);
    reads += 1;
  }
  return (reads * 1000) / (performance.now() - start);
}

/**
 * Readings a second of 50 floats over Modbus TCP on loopback, one at a time as on a link, decoded into columns. The
 * simulated device is a process of its own and takes its share of the same box.
 */
export async function readRate(forMs: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    const spec = join(folder, 'field.json');
    await writeFile(spec, JSON.stringify(field));
    const plant = await startPlantChild(spec);
    try {
      const driver = await driverAt(plant.addresses['bench'] ?? '');
      await driver.connect(never);
      const rate = await rateOf(driver, forMs);
      await driver.close();
      return rate;
    } finally {
      await plant.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
