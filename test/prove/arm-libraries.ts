import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a native file asks of the machine it is loaded on. */
export interface NativeNeeds {
  /** As the ELF header has it: `arm64`, `arm`, `x64`; undefined for another machine or no ELF file at all. */
  readonly machine: string | undefined;
  /** Versions asked for, by library: `libc.so.6` → `GLIBC_2.17`, `GLIBC_2.28`. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
}

/** e_machine of the ELF header (System V gABI, table of machines). */
const machines: Readonly<Record<number, string>> = { 183: 'arm64', 40: 'arm', 62: 'x64' };
/** Section type of the versions a file needs (LSB Core, Symbol Versioning, SHT_GNU_verneed). */
const verneedType = 0x6ffffffe;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly link: number;
}

/** Section headers of a little-endian ELF file of 32 or 64 bits. */
function sectionsOf(file: Buffer): Section[] {
  const is64 = file[4] === 2;
  const start = is64 ? Number(file.readBigUInt64LE(0x28)) : file.readUInt32LE(0x20);
  const [size, count] = is64
    ? [file.readUInt16LE(0x3a), file.readUInt16LE(0x3c)]
    : [file.readUInt16LE(0x2e), file.readUInt16LE(0x30)];
  return Array.from({ length: count }, (_, n) => {
    const at = start + n * size;
    return {
      type: file.readUInt32LE(at + 4),
      offset: is64 ? Number(file.readBigUInt64LE(at + 0x18)) : file.readUInt32LE(at + 0x10),
      link: file.readUInt32LE(at + (is64 ? 0x28 : 0x18)),
    };
  });
}

function textAt(file: Buffer, offset: number): string {
  return file.toString('latin1', offset, file.indexOf(0, offset));
}

/** Reads what `readelf -V` prints under "version needs". */
export function nativeNeeds(file: Buffer): NativeNeeds {
  const versions = new Map<string, string[]>();
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[5] !== 1) return { machine: undefined, versions };
  const sections = sectionsOf(file);
  for (const section of sections.filter(({ type }) => type === verneedType)) {
    const texts = sections[section.link]?.offset as number;
    for (let at = section.offset, next = -1; next !== 0; at += next) {
      next = file.readUInt32LE(at + 12);
      const names: string[] = [];
      for (let aux = at + file.readUInt32LE(at + 8), more = -1; more !== 0; aux += more) {
        names.push(textAt(file, texts + file.readUInt32LE(aux + 8)));
        more = file.readUInt32LE(aux + 12);
      }
      versions.set(textAt(file, texts + file.readUInt32LE(at + 4)), names);
    }
  }
  return { machine: machines[file.readUInt16LE(0x12)], versions };
}

const parts = (version: string): number[] => version.split('.').map(Number);

/** Compares versions part by part: 2.4 is before 2.28. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parts(one), parts(other)];
  const at = a.findIndex((part, n) => part !== (b[n] ?? 0));
  return at < 0 ? a.length - b.length : (a[at] as number) - (b[at] ?? 0);
}

/** The highest version of a family asked for, `2.28` of `GLIBC_2.17` and `GLIBC_2.28`; undefined for none. */
export function highestOf({ versions }: NativeNeeds, family: string): string | undefined {
  const own = [...versions.values()].flat().filter((name) => name.startsWith(`${family}_`));
  return own
    .map((name) => name.slice(family.length + 1))
    .sort(compareVersions)
    .at(-1);
}

/** One native file that production dependencies bring along. */
export interface NativeFile extends NativeNeeds {
  /** Path below `node_modules`. */
  readonly path: string;
}

/** Native files for Linux below a `node_modules` folder; those for Android are ELF files too and are left out. */
export function nativeFiles(folder: string): NativeFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.node') && !path.includes('android'))
    .sort()
    .map((path) => ({ path, ...nativeNeeds(readFileSync(join(folder, path))) }))
    .filter(({ machine }) => machine !== undefined);
}
