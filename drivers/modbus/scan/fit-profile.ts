import { FrameBuilder, isGood, type TagTable } from '../../../gateway/contract/index.js';
import { planReads, type TagRange } from '../reading-plan.js';
import { compileDecoder } from '../registers.js';
import { addressCount, type TagAddress, tagTypeOf } from '../tag-schema.js';

/** What is known of a tag of a profile, for recognising the device. */
export interface SketchedTag {
  readonly address: TagAddress;
  readonly scale: number;
  readonly offset: number;
  readonly range?: readonly [low: number, high: number] | undefined;
}

export interface ProfileSketch {
  readonly name: string;
  readonly tags: readonly SketchedTag[];
}

/** Reads registers of one unit; undefined where it refuses or stays silent. */
export type ReadWords = (
  table: 'holding' | 'input',
  start: number,
  count: number,
) => Promise<readonly number[] | undefined>;

/** A profile that a device may be: it gives every register of it, and values within their ranges. */
export interface ProfileFit {
  readonly name: string;
  /** How unlikely it is that another device's registers fit as well, in bits. */
  readonly bits: number;
}

/** A device of another make fits a profile of so few bits too often to be worth a word. */
const bitsMin = 8;
const longestRead = 32;
/** A zero fits nearly every range. */
const zeroBits = 1;
const floatBits = 8;

/** The profiles whose registers a device has and whose values make sense, the surest first. */
export async function fitProfiles(profiles: readonly ProfileSketch[], read: ReadWords): Promise<ProfileFit[]> {
  const known = new Map<string, Promise<readonly number[] | undefined>>();
  const remembered: ReadWords = (table, start, count) => {
    const key = `${table} ${start} ${count}`;
    const words = known.get(key) ?? read(table, start, count);
    known.set(key, words);
    return words;
  };
  const fits: ProfileFit[] = [];
  for (const profile of profiles) {
    const bits = await bitsOf(profile, remembered);
    if (bits >= bitsMin) fits.push({ name: profile.name, bits });
  }
  return fits.toSorted((a, b) => b.bits - a.bits);
}

async function bitsOf({ tags }: ProfileSketch, read: ReadWords): Promise<number> {
  const ranges = tags.map(
    ({ address }): TagRange => ({ ...address.register, end: address.register.start + addressCount(address) }),
  );
  const { reads, unreadable } = planReads(ranges, {
    cost: (_, count) => 10 + count,
    longest: () => longestRead,
    holes: [],
    avoid: [],
  });
  if (unreadable.length > 0) return 0;
  let bits = 0;
  for (const { table, start, count, tags: indices } of reads) {
    if (table !== 'holding' && table !== 'input') continue;
    const words = await read(table, start, count);
    if (words?.length !== count) return 0;
    for (const index of indices) {
      const tag = tags[index] as SketchedTag;
      const value = valueOf(tag, words.slice(tag.address.register.start - start));
      if (value === undefined) return 0;
      bits += tagBits(tag, value);
    }
  }
  return bits;
}

/** Undefined where the tag cannot have this value: no number, or one outside of its range. */
function valueOf({ address, scale, offset, range }: SketchedTag, words: readonly number[]): number | undefined {
  const type = tagTypeOf(address);
  const data = new DataView(new ArrayBuffer(words.length * 2));
  words.forEach((word, n) => data.setUint16(n * 2, word));
  const table = { ...noTable, tags: [{ name: 'value', type, unit: '' }] };
  const into = new FrameBuilder(table);
  compileDecoder(address)(data, 0, into, 0);
  if (!isGood(into.quality[0] as number)) return undefined;
  const value = type === 'text' ? 0 : (into.values[0] as number) * scale + offset;
  return range && (value < range[0] || value > range[1]) ? undefined : value;
}

/** How much of what the registers could hold lies outside of the range, as bits. */
function tagBits({ address, scale, range }: SketchedTag, value: number): number {
  if (!range) return 0;
  if (value === 0) return zeroBits;
  if (tagTypeOf(address) === 'number') return floatBits;
  const possible = 0x1_0000 ** addressCount(address);
  return Math.max(0, Math.log2(possible / ((range[1] - range[0]) / Math.abs(scale) + 1)));
}

const noTable: TagTable = {
  number: 0,
  site: '',
  link: '',
  device: '',
  profile: '',
  group: '',
  configuration: '',
  tags: [],
};
