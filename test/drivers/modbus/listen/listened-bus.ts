import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { modbus } from '../../../../drivers/modbus/index.js';
import {
  type Counting,
  type DriverContext,
  type Happening,
  type Json,
  type LinkTables,
  type LogFields,
  type Probeable,
  type Reading,
  type SubscribedDriver,
  type TagTable,
} from '../../../../gateway/contract/index.js';
import { settle, type ManualClock } from '../../../support/manual-clock.js';
import { type DeviceSpec, linkOf, memoryOf, type ModbusLink } from '../modbus-link.js';
import { qualitiesOf } from '../reading.js';

/** A bus behind a serial server, on which others talk; what the listener sends is counted. */
export interface ListenedBus {
  readonly port: number;
  /** Bytes anybody who is connected has sent. */
  readonly sent: number;
  readonly connections: number;
  say(...frames: readonly Uint8Array[]): void;
  /** Every connection is cut. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startListenedBus(): Promise<ListenedBus> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('data', (bytes) => (sent += bytes.length));
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get sent() {
      return sent;
    },
    get connections() {
      return sockets.size;
    },
    say: (...frames) => {
      for (const socket of sockets) socket.write(Buffer.concat(frames));
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export type ListenUnderTest = SubscribedDriver & Counting & Probeable;

export const listenLink = (
  port: number,
  devices: Readonly<Record<string, DeviceSpec>>,
  of: Record<string, unknown> = {},
): ModbusLink => linkOf({ framing: 'rtu', address: `tcp://127.0.0.1:${port}`, listen: true, ...of }, devices);

/** Log lines as they were said. */
export interface Said {
  readonly message: string;
  readonly fields: LogFields;
}

export function contextOf(clock: ManualClock, warnings: Said[] = []): DriverContext {
  const keep = (fields: LogFields, message: string): void => void warnings.push({ message, fields });
  const log = { debug: () => undefined, info: () => undefined, warn: keep, error: keep };
  return { ...memoryOf(), clock, log };
}

export const createListener = async (link: ModbusLink, context: DriverContext): Promise<ListenUnderTest> =>
  (await modbus.create(link, context)) as ListenUnderTest;

/** The tables of a link, numbered from 1. */
export function tablesOf({ name: link, devices }: ModbusLink): LinkTables {
  let number = 0;
  const table = (
    device: ModbusLink['devices'][number],
    group: ModbusLink['devices'][number]['groups'][number],
  ): TagTable => ({
    number: (number += 1),
    site: 'test',
    link,
    device: device.name,
    profile: device.profile,
    group: group.name,
    configuration: 'c0ffee',
    tags: group.tags.map(({ name, type }) => ({ name, type, unit: '' })),
  });
  return new Map(
    devices.map((device) => [device.name, new Map(device.groups.map((group) => [group.name, table(device, group)]))]),
  );
}

/** Keeps what it is told; `until` waits for it. */
export class Listener {
  readonly readings: Reading[] = [];
  readonly happenings: Happening[] = [];
  readonly lostWith: Error[] = [];

  readonly told = {
    reading: (reading: Reading): void => void this.readings.push(reading),
    happened: (happening: Happening): void => void this.happenings.push(happening),
    kept: (): Promise<void> => Promise.resolve(),
    lost: (error: Error): void => void this.lostWith.push(error),
  };

  /** Lets everything that is on its way arrive, until `isSo`. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await settle();
  }

  /** Every reading so far as `device: value value`, a bad slot as its quality, an absent one as `-`; and forgets them. */
  take(): string[] {
    return this.readings.splice(0).map((reading) => {
      const slots = qualitiesOf(reading).map((quality, slot) => {
        if (quality === 'absent') return '-';
        const value = reading.values[slot] as number;
        return quality === 'good' ? String(value) : Number.isNaN(value) ? quality : `${value} (${quality})`;
      });
      return `${reading.table.device}: ${slots.join(' ')}`;
    });
  }

  /** What was written, in short; and forgets it. */
  takeWrites(): Readonly<Record<string, Json>>[] {
    return this.happenings.splice(0).map(({ device, fields }) => ({ device, ...fields }));
  }
}
