import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { portsCommand } from '../../../../gateway/cli/kit/ports/command.js';
import { type PortFacts, portFacts, type SystemFolders } from '../../../../gateway/cli/kit/ports/port-facts.js';
import { portsText } from '../../../../gateway/cli/kit/ports/ports-text.js';
import { textWidth } from '../../../../gateway/cli/text-width.js';
import { toldCli } from '../told-cli.js';

let root: string;
let folders: SystemFolders;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-ports-'));
  folders = { dev: join(root, 'dev'), sys: join(root, 'sys'), proc: join(root, 'proc'), groups: join(root, 'group') };
  await Promise.all(
    ['dev/serial/by-id', 'dev/serial/by-path', 'sys/class/tty', 'proc'].map((folder) =>
      mkdir(join(root, folder), { recursive: true }),
    ),
  );
});

afterEach(() => rm(root, { recursive: true, force: true }));

const usbDevice = { idVendor: '1a86', idProduct: '7523', manufacturer: 'QinHeng', product: 'USB Serial' };

/** A port as Linux shows a USB adapter: the tty, its interface with the driver, the device above it. */
async function plugIn(name: string, path: string): Promise<void> {
  const device = join(root, 'sys/devices', path);
  const tty = join(device, `${path}:1.0`, name);
  await mkdir(join(root, 'sys/drivers/ch341-uart'), { recursive: true });
  await mkdir(join(root, 'sys/class/tty', name), { recursive: true });
  await mkdir(tty, { recursive: true });
  for (const [file, content] of Object.entries(usbDevice)) await writeFile(join(device, file), `${content}\n`);
  await symlink(join(root, 'sys/drivers/ch341-uart'), join(tty, 'driver'));
  await symlink(tty, join(root, 'sys/class/tty', name, 'device'));
  await writeFile(join(root, 'dev', name), '');
  await symlink(`../../${name}`, join(root, 'dev/serial/by-path', `pci-usb-${path}`));
}

async function builtIn(name: string, type: string): Promise<void> {
  await mkdir(join(root, 'sys/class/tty', name), { recursive: true });
  await writeFile(join(root, 'sys/class/tty', name, 'type'), `${type}\n`);
  await writeFile(join(root, 'dev', name), '');
}

const shorter = (text: string): string => text.replaceAll(root, '');

describe('the serial ports of a box', () => {
  test('are told by what they are, with driver, group and who uses them', async () => {
    await plugIn('ttyUSB0', '1-1');
    await symlink('../../ttyUSB0', join(root, 'dev/serial/by-id/usb-1a86_USB_Serial'));
    await chmod(join(root, 'dev/ttyUSB0'), 0o660);
    const { gid } = await stat(join(root, 'dev/ttyUSB0'));
    await writeFile(folders.groups, `root:x:99999:\ndialout:x:${gid}:\n`);
    await mkdir(join(root, 'proc/4711/fd'), { recursive: true });
    await writeFile(join(root, 'proc/4711/comm'), 'gateway\n');
    await symlink(join(root, 'dev/ttyUSB0'), join(root, 'proc/4711/fd/7'));
    const [port, ...more] = await portFacts(folders);
    expect(more).toEqual([]);
    expect(port).toMatchObject({
      product: 'QinHeng USB Serial',
      usbId: '1a86:7523',
      driver: 'ch341-uart',
      group: 'dialout',
      isBacked: true,
      mayUse: true,
      holders: ['gateway (4711)'],
    });
  });

  test('are told apart by the kernel’s own word whether anything is behind them', async () => {
    await builtIn('ttyS0', '4');
    await builtIn('ttyS1', '0');
    const ports = await portFacts(folders);
    expect(ports.map(({ isBacked }) => isBacked)).toEqual([true, false]);
    const text = shorter(portsText(toldCli('en'), ports, 'tech'));
    expect(text).toContain('/dev/ttyS0  built in');
    expect(text).toContain('Without hardware behind them: /dev/ttyS1');
  });

  const fact = (more: Partial<PortFacts>): PortFacts => ({
    device: '/dev/ttyUSB0',
    byId: [],
    byPath: [],
    product: 'USB Serial',
    usbId: '1a86:7523',
    driver: 'ch341-uart',
    isBacked: true,
    mayUse: true,
    group: 'dialout',
    holders: [],
    ...more,
  });

  test('show who may not use one what to type, in both languages', () => {
    const ports = [fact({ mayUse: false })];
    expect(portsText(toldCli('en'), ports, 'tech')).toContain('`sudo usermod -aG dialout tech`, then log in');
    expect(portsText(toldCli('zh'), ports, 'tech')).toContain('`sudo usermod -aG dialout tech`，然后重新登录');
  });

  test('of two adapters with one shared name both get their own', () => {
    const twins = [
      fact({ byId: ['/dev/serial/by-id/usb-1a86'], byPath: ['/dev/serial/by-path/p1'] }),
      fact({ device: '/dev/ttyUSB1', byPath: ['/dev/serial/by-path/p2'], holders: ['gateway (4711)'] }),
    ];
    const lines = portsText(toldCli('en', 200), twins, 'tech').split('\n');
    expect(lines[1]).toBe('      /dev/serial/by-path/p1');
    expect(lines[3]).toBe('      /dev/serial/by-path/p2');
    expect(lines.join('\n')).toContain('/dev/ttyUSB1 is in use: gateway (4711).');
    expect(lines.join('\n')).toContain('Several adapters share the name /dev/serial/by-id/usb-1a86');
    expect(lines.at(-1)).toBe('Write in the site file: `address: "serial:/dev/serial/by-path/p1"`');
  });

  test.each(['en', 'zh'] as const)('are read at 80 columns, with lasting names and a long product (%s)', (language) => {
    const byId = ['/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_AL05VS3Q-if00-port0'];
    const product = 'Silicon Labs CP2102N USB to UART Bridge Controller';
    const ports = [fact({ byId }), fact({ device: '/dev/ttyUSB1', product, usbId: '10c4:ea60', driver: 'cp210x' })];
    const lines = portsText(toldCli(language), ports, 'tech').split('\n');
    expect(lines[1]).toBe(`      ${byId[0]}`);
    expect(lines.join('\n')).toMatch(/ttyUSB1.*Controller.*10c4:ea60.*\s+.*cp210x/);
    // What is to be written into the site file is to be copied whole.
    const told = lines.filter((line) => !line.includes('`'));
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.filter((line) => textWidth(line) > 80)).toEqual([]);
  });

  test('are none in words where there is none', () => {
    expect(portsText(toldCli('en'), [], 'tech')).toMatch(/^This box has no serial port now/);
    expect(portsText(toldCli('zh'), [], 'tech')).toMatch(/^本机现在没有串口/);
  });

  test('of this machine are one JSON document', async () => {
    const cli = toldCli();
    await portsCommand(cli).parseAsync(['--json'], { from: 'user' });
    const ports = JSON.parse(cli.said.join('')) as PortFacts[];
    for (const { device } of ports) expect(device).toMatch(/^\/dev\//);
  });
});
