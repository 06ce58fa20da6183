import { Exception, Refusal } from './refusal.js';
import type { Area, BitEntry, RegisterEntry, RegisterMap } from './register-map.js';
import { decodeFrom, encodeInto, widthOf } from './value-type.js';

/** Where an image takes values from and hands writes to: a model behind its faults. */
export interface ValueSource {
  value(tag: string): number | boolean;
  command(tag: string, value: number | boolean): void;
}

type Entry = RegisterEntry | BitEntry;

const isRegister = (entry: Entry): entry is RegisterEntry => entry.area === 'holding' || entry.area === 'input';
const spanOf = (entry: Entry): number => (isRegister(entry) ? widthOf(entry.type) : 1);

/** One address space: what lies there, which addresses exist, which may be written. Bits are words of 0 and 1. */
interface Space {
  readonly words: Uint16Array;
  readonly exists: Uint8Array;
  readonly writable: Uint8Array;
  readonly entries: readonly Entry[];
}

function makeSpace(map: RegisterMap, area: Area): Space {
  const entries = map.entries.filter((entry) => entry.area === area);
  const fixed = (map.fixed ?? []).filter((block) => block.area === area);
  const size = Math.max(
    0,
    ...entries.map((entry) => entry.address + spanOf(entry)),
    ...fixed.map((block) => block.address + block.words.length),
  );
  const space = { words: new Uint16Array(size), exists: new Uint8Array(size), writable: new Uint8Array(size), entries };
  const claim = (from: number, span: number, writable: boolean) => {
    space.exists.fill(1, from, from + span);
    if (writable) space.writable.fill(1, from, from + span);
  };
  for (const entry of entries) claim(entry.address, spanOf(entry), entry.writable ?? false);
  for (const { address, words, writable } of fixed) {
    claim(address, words.length, writable ?? false);
    space.words.set(words, address);
  }
  return space;
}

/** The registers of one unit. Values are taken from the source at each read, never before. */
export class RegisterImage {
  readonly #spaces: Readonly<Record<Area, Space>>;
  readonly #source: ValueSource;

  constructor(map: RegisterMap, source: ValueSource) {
    this.#source = source;
    this.#spaces = {
      holding: makeSpace(map, 'holding'),
      input: makeSpace(map, 'input'),
      coil: makeSpace(map, 'coil'),
      discrete: makeSpace(map, 'discrete'),
    };
  }

  /** `count` words from `address`; throws `Refusal` 02 when one of them does not exist. */
  read(area: Area, address: number, count: number): Uint16Array {
    const space = this.#spaces[area];
    this.#require(space.exists, address, count);
    this.#refresh(space, address, count);
    return space.words.slice(address, address + count);
  }

  /** Throws `Refusal` 02 when an address may not be written, then nothing is changed. */
  write(area: Area, address: number, words: Uint16Array): void {
    const space = this.#spaces[area];
    this.#require(space.writable, address, words.length);
    this.#refresh(space, address, words.length);
    space.words.set(words, address);
    for (const entry of this.#touched(space, address, words.length)) {
      this.#source.command(entry.tag, this.#meaning(space, entry));
    }
  }

  #require(allowed: Uint8Array, address: number, count: number): void {
    for (let at = address; at < address + count; at += 1) {
      if (!allowed[at]) throw new Refusal(Exception.illegalAddress);
    }
  }

  #touched(space: Space, address: number, count: number): readonly Entry[] {
    return space.entries.filter((entry) => entry.address < address + count && entry.address + spanOf(entry) > address);
  }

  #refresh(space: Space, address: number, count: number): void {
    for (const entry of space.entries) {
      if (entry.address >= address + count || entry.address + spanOf(entry) <= address) continue;
      const value = this.#source.value(entry.tag);
      if (!isRegister(entry)) {
        space.words[entry.address] = value ? 1 : 0;
        continue;
      }
      const counts = Number(value) / (entry.step ?? 1);
      const coded = entry.coded ? entry.coded(counts) : counts;
      encodeInto(space.words, entry.address, coded, entry.type, entry.order ?? 'ABCD');
    }
  }

  #meaning(space: Space, entry: Entry): number | boolean {
    if (!isRegister(entry)) return space.words[entry.address] !== 0;
    return decodeFrom(space.words, entry.address, entry.type, entry.order ?? 'ABCD') * (entry.step ?? 1);
  }
}
