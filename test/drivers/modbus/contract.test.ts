import type { z } from 'zod';
import { modbus } from '../../../drivers/modbus/index.js';
import { ModbusSimulator } from '../../../firmware-sim/index.js';
import { type DriverLink, type PolledDriver, silentLog, type TagTable } from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { describeDriverContract, type DriverStage } from '../../contracts/driver.js';
import { Cuttable } from '../../support/cuttable.js';

const transports = { tcp: 'tcp', rtu: 'rtu-over-tcp', ascii: 'ascii-over-tcp' } as const;
const registers = [0, 1, 2];

type Parsed<Schema> = Schema extends z.ZodType<infer Output> ? Output : never;
type Link = DriverLink<Parsed<typeof modbus.link>, Parsed<typeof modbus.device>, Parsed<typeof modbus.tag>>;

function linkTo(port: number, framing: keyof typeof transports): Link {
  const address = `tcp://127.0.0.1:${port}`;
  const tags = registers.map((register) => {
    const parsed = modbus.tag.parse({ register: `holding ${register}`, type: 'uint16' });
    return { name: `r${register}`, type: modbus.tagType(parsed), statutory: false, address: parsed };
  });
  return {
    name: 'bus',
    settings: modbus.link.parse({ framing, address, timeout: '100ms', lateness: '150ms' }),
    devices: [
      {
        name: 'd1',
        profile: 'p',
        settings: modbus.device.parse({ unit: 1 }),
        groups: [{ name: 'main', everyMs: 1000, tags }],
      },
    ],
  };
}

const table: TagTable = {
  number: 1,
  site: 's',
  link: 'bus',
  device: 'd1',
  profile: 'p',
  group: 'main',
  configuration: 'c',
  tags: registers.map((register) => ({ name: `r${register}`, type: 'number', unit: '' })),
};

async function stage(framing: keyof typeof transports): Promise<DriverStage> {
  const simulator = new ModbusSimulator({
    transport: { kind: transports[framing], port: 0 },
    units: [{ unit: 1, map: { entries: [], fixed: [{ area: 'holding', address: 0, words: [7, 8, 9] }] } }],
  });
  await simulator.start();
  const road = await Cuttable.to(Number(new URL(simulator.address).port));
  const learned = { get: () => undefined, set: () => undefined };
  const driver = await modbus.create(linkTo(road.port, framing), {
    log: silentLog,
    clock: systemClock,
    learned,
    secret: resolveSecret,
  });
  return {
    driver: driver as PolledDriver,
    table,
    fallSilent: () => simulator.inject({ kind: 'dead', unit: 1 }),
    answer: () => simulator.heal(),
    cut: () => road.cut(),
    async close() {
      const left = await road.close();
      await simulator.stop();
      return left;
    },
  };
}

for (const framing of Object.keys(transports) as (keyof typeof transports)[]) {
  describeDriverContract(`modbus ${framing}`, () => stage(framing));
}
