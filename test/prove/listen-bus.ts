import { SerialPort } from 'serialport';
import { type PtyPair, startPtyPair } from './pty-pair.js';

/** A bus of three ends: whatever one says, the other two hear. Each end is a pty; what is said at each is counted. */
export interface ListenBus {
  /** Ports for the master, the slaves and the listener. */
  readonly ports: Readonly<Record<BusEnd, string>>;
  /** Bytes said so far at each end. */
  readonly said: Readonly<Record<BusEnd, number>>;
  stop(): Promise<void>;
}

const ends = ['master', 'slaves', 'listener'] as const;
export type BusEnd = (typeof ends)[number];

async function openPort(path: string): Promise<SerialPort> {
  const port = new SerialPort({ path, baudRate: 19_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  return port;
}

export async function startListenBus(folder: string): Promise<ListenBus> {
  const pairs: PtyPair[] = [];
  const hubs = new Map<BusEnd, SerialPort>();
  const said = { master: 0, slaves: 0, listener: 0 };
  for (const end of ends) {
    const pair = await startPtyPair(folder, end);
    pairs.push(pair);
    hubs.set(end, await openPort(pair.far));
  }
  for (const [end, hub] of hubs) {
    hub.on('data', (bytes: Buffer) => {
      said[end] += bytes.length;
      for (const [other, port] of hubs) if (other !== end) port.write(bytes);
    });
  }
  const [master, slaves, listener] = pairs.map(({ near }) => near) as [string, string, string];
  return {
    ports: { master, slaves, listener },
    said,
    stop: async () => {
      for (const hub of hubs.values()) {
        if (hub.isOpen) await new Promise<void>((resolve) => hub.close(() => resolve()));
      }
      for (const pair of pairs) await pair.stop();
    },
  };
}
