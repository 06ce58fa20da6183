import { access, constants, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listSerialPorts, type SerialPortNames } from '../../../../drivers/streams/index.js';
import { portHolders } from './port-holders.js';

/** A serial port as people know it. */
export interface PortFacts extends SerialPortNames {
  /** What the adapter calls itself: `1a86 USB Serial`; empty for a port of the board. */
  readonly product: string;
  /** `1a86:7523`; empty for a port of the board. */
  readonly usbId: string;
  /** Kernel driver: `ch341-uart`; empty where the system does not tell. */
  readonly driver: string;
  /** False for one of the four ports a PC always shows, with nothing behind it. */
  readonly isBacked: boolean;
  readonly mayUse: boolean;
  /** Group that may use it. */
  readonly group: string;
  readonly holders: readonly string[];
}

/** Where the system keeps what it knows; tests hand in folders of their own. */
export interface SystemFolders {
  readonly dev: string;
  readonly sys: string;
  readonly proc: string;
  readonly groups: string;
}

export const systemFolders: SystemFolders = { dev: '/dev', sys: '/sys', proc: '/proc', groups: '/etc/group' };

/** Every serial port of this box. Reads names and attributes alone; no port is opened. */
export async function portFacts(folders: SystemFolders = systemFolders): Promise<PortFacts[]> {
  const [ports, groups] = await Promise.all([listSerialPorts(folders.dev), text(folders.groups)]);
  return Promise.all(
    ports.map(async (port): Promise<PortFacts> => {
      const tty = join(folders.sys, 'class/tty', basename(port.device));
      const [usb, driver, type, mayUse, gid, holders] = await Promise.all([
        usbFacts(join(tty, 'device')),
        readlink(join(tty, 'device/driver')).then(basename, () => ''),
        text(join(tty, 'type')),
        access(port.device, constants.R_OK | constants.W_OK).then(
          () => true,
          () => false,
        ),
        stat(port.device).then(
          (one) => one.gid,
          () => undefined,
        ),
        portHolders(port.device, folders.proc),
      ]);
      // Type 0 is "unknown": the kernel found no UART at the address.
      return { ...port, ...usb, driver, isBacked: type !== '0', mayUse, group: groupName(groups, gid), holders };
    }),
  );
}

/** Interfaces and hubs between a port and the USB device it belongs to. */
const levelsMax = 5;

/** The USB device some levels above a port. */
async function usbFacts(device: string): Promise<Pick<PortFacts, 'product' | 'usbId'>> {
  let folder = await realpath(device).catch(() => '');
  for (let level = 0; level < levelsMax && folder !== ''; level += 1) {
    const files = await readdir(folder).catch((): string[] => []);
    if (files.includes('idVendor')) {
      const [vendor, id, maker, product] = await Promise.all(
        ['idVendor', 'idProduct', 'manufacturer', 'product'].map((name) => text(join(folder, name))),
      );
      return { product: [maker, product].filter((part) => part).join(' '), usbId: `${vendor}:${id}` };
    }
    folder = dirname(folder);
  }
  return { product: '', usbId: '' };
}

const text = (path: string): Promise<string> =>
  readFile(path, 'utf8').then(
    (content) => content.trim(),
    () => '',
  );

function groupName(groups: string, gid: number | undefined): string {
  const line = groups.split('\n').find((one) => one.split(':')[2] === String(gid));
  return line?.split(':')[0] ?? String(gid ?? '?');
}
