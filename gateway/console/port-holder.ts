import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** `st` of a listening socket in /proc/net/tcp (include/net/tcp_states.h). */
const listening = '0A';

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** Inodes of the sockets that listen on a port, from the text of /proc/net/tcp or tcp6. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === listening)
    .flatMap(([, , , , , , , , , inode]) => inode ?? []);
}

/** The first two words of a command line: enough to know a program by, too few to show a password. */
function commandOf(pid: string): string {
  const words = (attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').split('\0');
  return words
    .slice(0, 2)
    .filter((word, index) => word !== '' && (index === 0 || !word.startsWith('-')))
    .join(' ');
}

/**
 * The process that listens on a TCP port, as `4711 (node server.js)`. Undefined when /proc does not tell: on another
 * system, or when the process belongs to another user and we are not root.
 */
export function portHolder(port: number): string | undefined {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => attempt(() => readFileSync(file, 'utf8')) ?? '');
  const links = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (links.size === 0) return undefined;
  for (const pid of attempt(() => readdirSync('/proc')) ?? []) {
    if (!/^\d+$/.test(pid)) continue;
    const descriptors = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    const holds = descriptors.some((fd) => links.has(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ''));
    if (holds) return `${pid} (${commandOf(pid)})`;
  }
  return undefined;
}
