import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, Program } from './commands-program.js';

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const built = beside('../../gateway/cli/main.js');
const portWrapper = beside('../support/unknown-box-port.js');

/**
 * A box with one USB adapter, seen by the command alone: in a mount namespace of its own, /dev has the end of the pseudo
 * terminal as ttyUSB0 with the names udev gives, and /sys tells of a CH340. Nothing of this machine is changed.
 */
const boxScript = `set -e
mount --rbind /dev "$BOX/dev"
mount -t tmpfs -o mode=755 tmpfs /dev
for one in null zero full random urandom; do : >"/dev/$one"; mount --bind "$BOX/dev/$one" "/dev/$one"; done
mkdir -p /dev/serial/by-id /dev/serial/by-path
: >/dev/ttyUSB0
mount --bind "$BOX/dev/\${BOX_PTY#/dev/}" /dev/ttyUSB0
ln -s ../../ttyUSB0 /dev/serial/by-id/usb-1a86_USB_Serial-if00-port0
ln -s ../../ttyUSB0 /dev/serial/by-path/platform-fe980000.usb-usb-0:1.2:1.0-port0
mount --bind "$BOX/tty" /sys/class/tty
cd "$BOX/work"
[ -z "$BOX_LOG" ] || exec "$@" 2>>"$BOX_LOG"
exec "$@" 2>&1
`;

const usb = { idVendor: '1a86', idProduct: '7523', product: 'USB Serial' };

/** Where a technician types. */
export class TechniciansBox {
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** The folder that commands are typed in. */
  readonly work: string;

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.work = join(folder, 'work');
    const plain = { LC_ALL: 'C.UTF-8', LC_MESSAGES: undefined, LANG: undefined, NODE_OPTIONS: undefined };
    this.#env = { ...plain, BOX: folder, ...env };
  }

  /** `pty`: the box's end of the line; `lineFile`: told how a command set the port. */
  static async set(folder: string, pty: string, lineFile: string): Promise<TechniciansBox> {
    const port = join(folder, 'tty', 'ttyUSB0');
    for (const one of [join(folder, 'dev'), join(folder, 'work'), join(port, 'device')]) {
      await mkdir(one, { recursive: true });
    }
    await symlink('/sys/bus/usb-serial/drivers/ch341-uart', join(port, 'device', 'driver'));
    for (const [name, value] of Object.entries(usb)) await writeFile(join(port, name), `${value}\n`);
    return new TechniciansBox(folder, { BOX_PTY: pty, UNKNOWN_BOX_LINE: lineFile });
  }

  /** Types a command; what it says comes in the order it is said, or beside that into `log`. */
  start(args: readonly string[], log?: string): Program {
    const namespaces = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
    const command = [process.execPath, '--import', portWrapper, built, ...args];
    return new Program('unshare', [...namespaces, 'sh', '-c', boxScript, 'box', ...command], {
      env: { ...this.#env, BOX_LOG: log },
    });
  }

  type(args: readonly string[]): Promise<Outcome> {
    return this.start(args).ended();
  }
}
