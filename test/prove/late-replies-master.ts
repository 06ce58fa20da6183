import type ModbusSerial from 'modbus-serial';
import { hasValue, isUncertain, NotConnected } from '../../gateway/contract/index.js';
import { createDriver, linkOf, readGroup } from '../drivers/modbus/modbus-link.js';
import { type Block, latenessMs, type LineSpec, timeoutMs } from './late-replies-line.js';

/** One reading of one block as a master gave it. */
export interface Poll {
  readonly unit: number;
  readonly block: Block;
  /** Requests it made on the line. */
  readonly requests: number;
  /** One a tag; NaN where it gave none. */
  readonly values: readonly number[];
  /** True when it called none of them uncertain. */
  readonly isCertain: boolean;
}

/** Who asks on a line: one poll at a time. */
export interface Master {
  poll(unit: number, block: Block): Promise<Poll>;
  close(): Promise<void>;
}

export type StartMaster = (spec: LineSpec, address: string) => Promise<Master>;

const baud = 115_200;
const never = new AbortController().signal;

const isTcp = ({ transport }: LineSpec): boolean => transport.kind === 'tcp';

/** Our driver, configured as a site file would have it; a lost link is connected again at once. */
export const startOurs: StartMaster = async (spec, address) => {
  const tagsOf = ({ firstTag, tags }: Block) =>
    Array.from({ length: tags }, (_, n) => ({ register: `holding ${(firstTag + n) * 2}`, type: 'uint32' }));
  const groups = Object.fromEntries(spec.blocks.map((block) => [`b${block.firstTag}`, tagsOf(block)]));
  const link = linkOf(
    {
      framing: isTcp(spec) ? 'tcp' : 'rtu',
      address,
      serial: { baud },
      timeout: `${timeoutMs}ms`,
      lateness: `${latenessMs}ms`,
    },
    Object.fromEntries(spec.units.map((unit) => [`u${unit}`, { settings: { unit }, groups }])),
  );
  const driver = await createDriver(link);
  await driver.connect(never);
  const requests = (): number => driver.counters()['requests'] as number;
  return {
    poll: async (unit, block) => {
      const before = requests();
      const { into, error } = await readGroup(driver, link, `u${unit}`, `b${block.firstTag}`);
      const values = [...into.values].map((value, slot) =>
        hasValue(into.quality[slot] as number) ? value : Number.NaN,
      );
      const isCertain = !into.quality.some(isUncertain);
      const poll = { unit, block, requests: requests() - before, values, isCertain };
      if (error instanceof NotConnected) await driver.connect(never);
      return poll;
    },
    close: () => driver.close(),
  };
};

type ModbusClient = InstanceType<typeof ModbusSerial.default>;

/** modbus-serial as its manual shows it, with nothing of ours. */
export const startBare: StartMaster = async (spec, address) => {
  const library = await import('modbus-serial');
  const connect = async (): Promise<ModbusClient> => {
    const client = new library.default.default();
    client.on('error', () => undefined);
    if (isTcp(spec)) await client.connectTCP('127.0.0.1', { port: Number(new URL(address).port) });
    else await client.connectRTUBuffered(address.slice('serial:'.length), { baudRate: baud });
    client.setTimeout(timeoutMs);
    return client;
  };
  const close = (client: ModbusClient): Promise<void> => new Promise((resolve) => client.close(() => resolve()));
  let client = await connect();
  return {
    poll: async (unit, block) => {
      client.setID(unit);
      const none = Array.from({ length: block.tags }, () => Number.NaN);
      try {
        const { data } = await client.readHoldingRegisters(block.firstTag * 2, block.tags * 2);
        const values = none.map((_, n) => (data[n * 2] as number) * 2 ** 16 + (data[n * 2 + 1] as number));
        return { unit, block, requests: 1, values, isCertain: true };
      } catch {
        if (!client.isOpen) client = await connect();
        return { unit, block, requests: 1, values: none, isCertain: true };
      }
    },
    close: () => close(client),
  };
};
