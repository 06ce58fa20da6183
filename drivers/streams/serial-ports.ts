import { access, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A serial port of this box under all its names. */
export interface SerialPortNames {
  readonly device: string;
  readonly byId: readonly string[];
  readonly byPath: readonly string[];
}

const devices = '/dev';
const portPattern = /^(ttyS|ttyUSB|ttyACM|ttyAMA|ttyAP|ttymxc|ttyO|ttyTHS|rfcomm)\d+$/;

/**
 * The serial ports of this box. Two adapters without a serial number share one name under by-id, which then leads to
 * one of them: by-path tells them apart.
 */
export async function listSerialPorts(root = devices): Promise<SerialPortNames[]> {
  const [byId, byPath, names] = await Promise.all([
    links(join(root, 'serial/by-id')),
    links(join(root, 'serial/by-path')),
    readdir(root).catch(() => []),
  ]);
  const found = new Set([...byId.values(), ...byPath.values()]);
  // The four ttyS of a PC are there whether or not anything is behind them; they are shown all the same.
  for (const name of names) if (portPattern.test(name)) found.add(join(root, name));
  const named = (all: ReadonlyMap<string, string>, device: string): string[] =>
    [...all].flatMap(([link, target]) => (target === device ? [link] : [])).toSorted();
  return [...found].toSorted().map((device) => ({ device, byId: named(byId, device), byPath: named(byPath, device) }));
}

/** Link → the device it leads to now. */
async function links(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name) => {
      const link = join(folder, name);
      return [link, await realpath(link).catch(() => undefined)] as const;
    }),
  );
  return new Map(entries.flatMap(([link, target]) => (target === undefined ? [] : [[link, target]])));
}

/** In one sentence, for somebody who wrote a port that is not there. */
export function describeSerialPorts(ports: readonly SerialPortNames[]): string {
  if (ports.length === 0) return 'this box has no serial port now';
  const texts = ports.map(({ device, byId, byPath }) => {
    const names = [...byId, ...byPath];
    return names.length === 0 ? device : `${device} (${names.join(', ')})`;
  });
  return `this box has ${texts.join('; ')}`;
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
