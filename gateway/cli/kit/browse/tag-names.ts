/** A node with where it stands: browse names from the place down to itself. */
export interface Placed {
  readonly path: readonly string[];
}

/** Longest name of a tag (config). */
const nameMax = 64;

/** What a tag may be named: a letter first, then letters, digits, `_`, `.` and `-`. */
export function legalName(text: string): string {
  const plain = text
    .replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_')
    .replaceAll(/^[^\p{L}]+|[_.-]+$/gu, '')
    .slice(0, nameMax);
  return plain === '' ? 'tag' : plain;
}

/**
 * Names of tags, in the order given, each once: the browse name where no other has it, else with as many of those above
 * it as tell it apart, and with a number where nothing does.
 */
export function tagNames(all: readonly Placed[]): string[] {
  const longest = Math.max(0, ...all.map(({ path }) => path.length));
  const counts = Array.from({ length: longest }, (_, at) => countOf(all.map(({ path }) => nameOf(path, at + 1))));
  const taken = new Set<string>();
  return all.map(({ path }) => {
    const lengths = path.map((_, at) => at + 1);
    const apart = lengths.find((length) => counts[length - 1]?.get(nameOf(path, length)) === 1);
    const name = nameOf(path, apart ?? 1);
    let free = name;
    for (let n = 2; taken.has(free); n += 1) free = `${name.slice(0, nameMax - 1 - String(n).length)}_${n}`;
    taken.add(free);
    return free;
  });
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const nameOf = (path: readonly string[], length: number): string =>
  unreserved(legalName(path.slice(-length).join('.')));

/** Names a tag may not have, because records have a field of that name (config): these, and endings and beginnings. */
const reservedNames: ReadonlySet<string> = new Set(['time', 'sequence']);
const reservedEnd = '_quality';
const reservedBeginning = 'context.';
const besideReserved = '_value';

/** The name itself, or one like it that is free for a tag. */
function unreserved(name: string): string {
  const open = name.startsWith(reservedBeginning) ? `context_${name.slice(reservedBeginning.length)}` : name;
  if (!reservedNames.has(open) && !open.endsWith(reservedEnd)) return open;
  return `${open.slice(0, nameMax - besideReserved.length)}${besideReserved}`;
}
