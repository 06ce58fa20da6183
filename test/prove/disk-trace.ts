import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';

/** What a process asked of the disk, in order. Paths are names inside the journal folder. */
export type DiskAct =
  | { readonly kind: 'create'; readonly path: string; readonly inode: number }
  | { readonly kind: 'write'; readonly path: string; readonly position: number; readonly bytes: Buffer }
  /** Begins at `since` (an index of acts): only what was written before is promised. */
  | { readonly kind: 'sync'; readonly path: string; readonly since: number }
  | { readonly kind: 'sync-folder'; readonly since: number }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'remove'; readonly path: string }
  /** The process said this much is committed. */
  | { readonly kind: 'told'; readonly samples: number; readonly alarms: number };

const calls = 'openat,write,pwrite64,fdatasync,fsync,ftruncate,unlink,rename';

/** Runs a Node program under strace; resolves to its trace file's acts. */
export async function traceDisk(
  program: string,
  args: readonly string[],
  folder: string,
  traceFile: string,
): Promise<DiskAct[]> {
  const traced = ['-f', '-y', '-xx', '-s', '20000000', '-e', `trace=${calls}`, '-o', traceFile];
  const child = spawn('strace', [...traced, process.execPath, program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, UV_USE_IO_URING: '0', NODE_OPTIONS: '' },
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the traced program ended with ${code}`);
  return parseTrace(traceFile, folder);
}

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');

/** One line without its thread id: `call(args) = result`, or either half of a call that another thread interrupted. */
export async function parseTrace(traceFile: string, folder: string): Promise<DiskAct[]> {
  const acts: DiskAct[] = [];
  const unfinished = new Map<string, { text: string; since: number }>();
  for await (const line of createInterface({ input: createReadStream(traceFile) })) {
    const thread = line.slice(0, line.indexOf(' '));
    const text = line.slice(thread.length).trim();
    if (text.endsWith('<unfinished ...>')) {
      unfinished.set(thread, { text: text.slice(0, -'<unfinished ...>'.length).trimEnd(), since: acts.length });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text);
    const begun = resumed ? unfinished.get(thread) : undefined;
    if (resumed) unfinished.delete(thread);
    const whole = resumed ? `${begun?.text ?? ''}${text.slice(resumed[0].length)}` : text;
    const act = actOf(whole, folder, begun?.since ?? acts.length);
    if (act) acts.push(act);
  }
  return acts;
}

/** Path of a descriptor as `-y` prints it, hex-escaped under `-xx`, when it lies in the journal folder. */
function nameIn(folder: string, printed: string): string | undefined {
  const path = printed.includes('\\x') ? unhex(printed).toString('utf8') : printed;
  if (path === folder) return '';
  return path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/') ? basename(path) : undefined;
}

function actOf(line: string, folder: string, since: number): DiskAct | undefined {
  const told = /^write\(1<.*?>, "((?:\\x[0-9a-f]{2})*)"/.exec(line);
  if (told) {
    const said = unhex(told[1] as string)
      .toString('utf8')
      .trim()
      .split('\n')
      .at(-1)
      ?.split(' ');
    return said?.[0] === 'C' ? { kind: 'told', samples: Number(said[1]), alarms: Number(said[2]) } : undefined;
  }
  const write = /^pwrite64\(\d+<(.*?)>, "((?:\\x[0-9a-f]{2})*)", \d+, (\d+)\)/.exec(line);
  if (write) {
    const path = nameIn(folder, write[1] as string);
    return path ? { kind: 'write', path, position: Number(write[3]), bytes: unhex(write[2] as string) } : undefined;
  }
  const sync = /^f(?:data)?sync\(\d+<(.*?)>\)\s+= 0/.exec(line);
  if (sync) {
    const path = nameIn(folder, sync[1] as string);
    if (path === undefined) return undefined;
    return path === '' ? { kind: 'sync-folder', since } : { kind: 'sync', path, since };
  }
  const create = /^openat\(.*?, "((?:\\x[0-9a-f]{2})*)", [A-Z_|]*O_CREAT[A-Z_|]*, \d+\) = \d+/.exec(line);
  if (create) {
    const path = nameIn(folder, unhex(create[1] as string).toString('utf8'));
    return path?.endsWith('.seg') ? { kind: 'create', path, inode: 0 } : undefined;
  }
  const truncate = /^ftruncate\(\d+<(.*?)>, (\d+)\)\s+= 0/.exec(line);
  if (truncate) {
    const path = nameIn(folder, truncate[1] as string);
    return path ? { kind: 'truncate', path, size: Number(truncate[2]) } : undefined;
  }
  const rename = /^rename\(.*?, "((?:\\x[0-9a-f]{2})*)"\)\s+= 0/.exec(line);
  // A segment that takes the place of another is not followed here: a recording that has one proves nothing.
  if (rename && nameIn(folder, rename[1] as string)?.endsWith('.seg'))
    throw new Error(`a segment was replaced: ${line}`);
  const remove = /^unlink\("((?:\\x[0-9a-f]{2})*)"\)\s+= 0/.exec(line);
  if (remove) {
    const path = nameIn(folder, unhex(remove[1] as string).toString('utf8'));
    return path?.endsWith('.seg') ? { kind: 'remove', path } : undefined;
  }
  return undefined;
}
