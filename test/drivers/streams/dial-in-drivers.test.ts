import { DtuSimulator } from '../../../firmware-sim/dtus/index.js';
import { DensityMeter, InstrumentSimulator, ModbusSimulator, Weighbridge } from '../../../firmware-sim/index.js';
import { Cjt188Simulator, Dlt645Simulator } from '../../../firmware-sim/meters/index.js';
import type { PolledDriver, Simulator, TagTable } from '../../../gateway/contract/index.js';
import { describeDriverContract, type DriverStage } from '../../contracts/driver.js';
import { freePort } from '../../support/free-port.js';
import * as cjt188 from '../cjt188/meter-link.js';
import * as declared from '../declared/declared-link.js';
import * as dlt645 from '../dlt645/meter-link.js';
import * as modbus from '../modbus/modbus-link.js';
import { tableOf } from '../modbus/reading.js';

interface UnderTest {
  readonly driver: PolledDriver;
  readonly table: TagTable;
}

/** Every protocol with a line, behind a DTU that dials in, with heartbeats inside its answers and pieces of everything. */
async function stage(
  simulator: Simulator,
  driverOf: (settings: Readonly<Record<string, unknown>>) => Promise<UnderTest>,
): Promise<DriverStage> {
  await simulator.start();
  const port = await freePort();
  const dtu = new DtuSimulator({
    dials: { host: '127.0.0.1', port },
    line: { host: '127.0.0.1', port: Number(new URL(simulator.address).port) },
    registration: Buffer.from('STATION-7\r\n'),
    heartbeat: Buffer.from('-beat-'),
    heartbeatEveryMs: [10, 50],
    insideShare: 0.5,
    splitShare: 0.5,
    redialsAfterMs: [20, 20],
  });
  await dtu.start();
  const address = `tcp-listen://127.0.0.1:${port}`;
  const { driver, table } = await driverOf({
    address,
    timeout: '250ms',
    dialIn: { registration: 'STATION-7\r\n', heartbeats: ['-beat-'] },
  });
  return {
    driver,
    table,
    fallSilent: () => simulator.inject({ kind: 'dead', unit: 1 }),
    answer: () => simulator.heal(),
    cut: () => Promise.resolve(dtu.hangUp()),
    async close() {
      for (let turn = 0; turn < 20 && dtu.connections > 0; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const left = dtu.connections;
      await dtu.stop();
      await simulator.stop();
      return left;
    },
  };
}

const tcp = { kind: 'tcp', port: 0 } as const;
const meterAddress = '000000000001';

describeDriverContract('modbus rtu, dialled in', () => {
  const units = [
    { unit: 1, map: { entries: [], fixed: [{ area: 'holding', address: 0, words: [7, 8, 9] }] } } as const,
  ];
  return stage(new ModbusSimulator({ transport: { kind: 'rtu-over-tcp', port: 0 }, units }), async (settings) => {
    const tags = [0, 1, 2].map((n) => ({ register: `holding ${n}`, type: 'uint16' }));
    const device = { settings: { unit: 1 }, groups: { main: tags } };
    const link = modbus.linkOf({ ...settings, framing: 'rtu', lateness: '300ms' }, { d1: device });
    const table = { ...tableOf(tags.map(() => 'number')), device: 'd1', group: 'main' };
    return { driver: await modbus.createDriver(link), table };
  });
});

describeDriverContract('dlt645, dialled in', () =>
  stage(new Dlt645Simulator({ transport: tcp, meters: [dlt645.meterSpec(1, meterAddress)] }), async (settings) => {
    const tags = [{ quantity: 'voltage-a' }, { quantity: 'power' }];
    const link = dlt645.linkOf(settings, { m1: { address: meterAddress, tags } });
    return { driver: await dlt645.createDriver(link), table: dlt645.tableOf(link, 'm1') };
  }),
);

describeDriverContract('cjt188, dialled in', () =>
  stage(new Cjt188Simulator({ transport: tcp, meters: [cjt188.waterSpec()] }), async (settings) => {
    const device = { settings: { address: cjt188.waterAddress, meter: 'water' }, quantities: ['volume', 'status-1'] };
    const link = cjt188.linkOf(settings, { m1: device });
    return { driver: await cjt188.createDriver(link), table: cjt188.tableOf(link, 'm1') };
  }),
);

describeDriverContract('declared and asked, dialled in', () =>
  stage(new InstrumentSimulator({ instrument: new DensityMeter(), at: { port: 0 } }), async (settings) => {
    const link = declared.linkOf({ ...settings, lateness: '300ms' }, { d1: declared.profileOf('density-meter') });
    return { driver: await declared.createDriver(link), table: declared.tableOf(link, 'd1') };
  }),
);

describeDriverContract('declared and heard, dialled in', async () => {
  const heard = await stage(
    new InstrumentSimulator({ instrument: new Weighbridge(20), at: { port: 0 } }),
    async (settings) => {
      const { device, tags } = declared.profileOf('weighbridge');
      const { gross = {}, standing = {} } = tags;
      const link = declared.linkOf(settings, {
        d1: { device: { ...device, maxAge: '300ms' }, tags: { gross, standing } },
      });
      return { driver: await declared.createDriver(link), table: declared.tableOf(link, 'd1') };
    },
  );
  // A DTU forwards in pieces what the instrument has said before.
  return { ...heard, onTheirWay: 3 };
});
