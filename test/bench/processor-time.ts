import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux this runs on. */
const ticksPerSecond = 100;

const statOf = (pid: number): { readonly name: string; readonly fields: readonly string[] } => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const nameEnd = stat.lastIndexOf(')');
  return { name: stat.slice(stat.indexOf('(') + 1, nameEnd), fields: stat.slice(nameEnd + 2).split(' ') };
};

/** CPU seconds of a process so far, user and system, of all its threads; its children are not counted. */
export function cpuSecondsOf(pid: number): number {
  const { fields } = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The child of this process that runs a program of this name; undefined without one. */
export function childNamed(program: string): number | undefined {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .find((pid) => {
      try {
        const { name, fields } = statOf(pid);
        return name === program && Number(fields[1]) === process.pid;
      } catch {
        return false; // It ended while the list was gone through.
      }
    });
}

/** CPU seconds this machine has spent on anything but waiting, all cores together. */
export function machineCpuSeconds(): number {
  const [user, nice, system, , , irq, softIrq, steal] = (
    /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? ''
  )
    .split(' ')
    .map(Number) as [number, number, number, number, number, number, number, number];
  return (user + nice + system + irq + softIrq + steal) / ticksPerSecond;
}
