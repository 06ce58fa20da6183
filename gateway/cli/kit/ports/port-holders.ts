import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Processes that have a port open, as `name (pid)`. Linux only; processes of other users are told to root alone. Empty
 * where nothing can be told.
 */
export async function portHolders(path: string, processes = '/proc'): Promise<string[]> {
  const device = await realpath(path).catch(() => path);
  const pids = (await readdir(processes).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const holders = await Promise.all(
    pids.map(async (pid) => ((await holds(join(processes, pid, 'fd'), device)) ? nameOf(processes, pid) : undefined)),
  );
  return holders.filter((holder) => holder !== undefined);
}

async function holds(folder: string, device: string): Promise<boolean> {
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => '')));
  return targets.includes(device);
}

async function nameOf(processes: string, pid: string): Promise<string> {
  const name = await readFile(join(processes, pid, 'comm'), 'utf8').catch(() => '');
  return `${name.trim() || '?'} (${pid})`;
}
