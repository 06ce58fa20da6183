import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { must } from './commands-program.js';

/** A release of Node with npm. */
export interface NodeRelease {
  readonly version: string;
  /** Environment in which `node` and what npm runs are this release. */
  readonly env: Readonly<Record<string, string>>;
}

/** The Node this runs on, or another major of it as its npm package ships it, installed into `folder`. */
export async function nodeRelease(major: string, folder: string): Promise<NodeRelease> {
  if (process.versions.node.startsWith(`${major}.`)) return { version: process.version, env: {} };
  const prefix = join(folder, `node-${major}`);
  await mkdir(prefix, { recursive: true });
  const name = `node-linux-${process.arch}`;
  await must('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix, `${name}@${major}`]);
  const bin = join(prefix, 'node_modules', name, 'bin');
  return {
    version: (await must(join(bin, 'node'), ['--version'])).trim(),
    env: { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
  };
}
