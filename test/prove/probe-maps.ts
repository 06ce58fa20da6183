import { encodeInto, type ByteOrder, type ValueType, widthOf } from '../../firmware-sim/index.js';

type Random = () => number;

/** One value of an invented instrument: what it measures, and how it lies in the registers. */
interface MapTag {
  readonly at: number;
  readonly type: ValueType | 'offset10000';
  readonly order: ByteOrder;
  readonly scale: number;
  readonly range: readonly [low: number, high: number];
}

/** An instrument nobody knows, one of its values on a display, and where a technician would look for it. */
export interface ProbeCase {
  readonly table: 'holding' | 'input';
  readonly start: number;
  /** As read now; undefined where the instrument refuses. */
  readonly words: readonly (number | undefined)[];
  readonly tag: MapTag;
  /** What the display shows: three digits. */
  readonly shown: string;
  readonly believed: number;
  /** The same registers at another moment, and what the value is then. */
  readonly later: (random: Random) => { readonly words: readonly number[]; readonly value: number };
}

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;

/** Chooses by weight. */
function weighed<Item>(random: Random, items: readonly (readonly [Item, number])[]): Item {
  let left = random() * items.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of items) if ((left -= weight) < 0) return item;
  return (items.at(-1) as readonly [Item, number])[0];
}

interface Quantity {
  readonly range: readonly [number, number];
  /** Scales an integer register of it has. */
  readonly scales: readonly number[];
}

const quantities: readonly Quantity[] = [
  { range: [-40, 80], scales: [0.1, 0.1, 0.01] },
  { range: [0, 100], scales: [0.1, 0.1, 0.01] },
  { range: [0, 1.6], scales: [0.001, 0.01] },
  { range: [0, 10], scales: [0.01, 0.001] },
  { range: [0, 500], scales: [0.1, 1] },
  { range: [-500, 500], scales: [0.1, 1] },
  { range: [180, 260], scales: [0.1] },
  { range: [0, 60], scales: [0.01, 0.1] },
  { range: [45, 55], scales: [0.01, 0.1] },
  { range: [0, 3000], scales: [1, 0.1] },
  { range: [-1, 1], scales: [0.001] },
  { range: [0, 5000], scales: [1] },
];

type Style = 'integers' | 'floats' | 'counters' | 'bcd' | 'offset10000' | 'doubles';

const styles: readonly (readonly [Style, number])[] = [
  ['integers', 42],
  ['floats', 36],
  ['counters', 10],
  ['bcd', 5],
  ['offset10000', 3],
  ['doubles', 4],
];

const wideOrders: readonly (readonly [ByteOrder, number])[] = [
  ['ABCD', 52],
  ['CDAB', 36],
  ['BADC', 6],
  ['DCBA', 6],
];

const typeOf = (style: Style, random: Random, low: number): MapTag['type'] => {
  const isSigned = low < 0;
  switch (style) {
    case 'integers':
      return isSigned ? 'int16' : pick(random, ['int16', 'uint16'] as const);
    case 'floats':
      return 'float32';
    case 'counters':
      return isSigned ? 'int32' : pick(random, ['uint32', 'int32'] as const);
    case 'bcd':
      return pick(random, ['bcd16', 'bcd16', 'bcd32'] as const);
    case 'offset10000':
      return 'offset10000';
    case 'doubles':
      return 'float64';
  }
};

const wordsOf = (type: MapTag['type']): number => (type === 'offset10000' ? 1 : widthOf(type));
const isFloat = (type: MapTag['type']): boolean => type.startsWith('float');
const isWide = (type: MapTag['type']): boolean => wordsOf(type) > 1;

/** Whoever designed the instrument chose a scale that fits the register. */
const rawMax: Readonly<Partial<Record<MapTag['type'], number>>> = { int16: 32_767, bcd16: 9999, offset10000: 9999 };

function tagOf(style: Style, order: ByteOrder, at: number, random: Random): MapTag {
  const fitting = quantities.filter(({ range: [low] }) => style !== 'bcd' || low >= 0);
  const { range, scales } = pick(random, fitting);
  if (style === 'counters') {
    // Totals run to millions; a young one still stands at three digits.
    const top = pick(random, [5e3, 5e5, 5e7]);
    return {
      at,
      type: typeOf(style, random, 0),
      order,
      scale: pick(random, [1, 0.1, 0.01, 0.001]),
      range: [0, top * 0.01],
    };
  }
  const type = typeOf(style, random, range[0]);
  const roomy = scales.filter((scale) => range[1] / scale <= (rawMax[type] ?? Number.POSITIVE_INFINITY));
  const scale = isFloat(type) ? 1 : pick(random, roomy.length > 0 ? roomy : [1]);
  return { at, type, order: isWide(type) ? order : 'ABCD', scale, range };
}

/** What stands beside measured values: addresses, baud codes, states, nothing. */
const fillers = [0, 0, 0, 1, 1, 2, 3, 4, 9600, 0xffff, 5, 10, 100];

const drawn = ({ range: [low, high] }: MapTag, random: Random): number => low + (high - low) * random();

/** The number an instrument can deliver nearest to a value. */
const delivered = ({ type, scale }: MapTag, value: number): number => {
  if (type === 'float32') return Math.fround(value);
  return isFloat(type) ? value : Math.round(value / scale) * scale;
};

function put(words: Uint16Array, tag: MapTag, value: number): void {
  if (tag.type !== 'offset10000') return encodeInto(words, tag.at, value / tag.scale, tag.type, tag.order);
  const raw = Math.round(value / tag.scale);
  words[tag.at] = raw < 0 ? 10_000 - raw : raw;
}

/** As a display of three digits shows it; undefined where the value has fewer. */
function shownOf(tag: MapTag, value: number): string | undefined {
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  const own = isFloat(tag.type) ? 3 : Math.round(-Math.log10(tag.scale));
  if (!(digits >= 0 && digits <= Math.min(3, own))) return undefined;
  const text = value.toFixed(digits);
  return text.replace(/[^0-9]/g, '').replace(/^0+/, '').length === 3 ? text : undefined;
}

function layOut(random: Random): readonly MapTag[] {
  const style = weighed(random, styles);
  const order = weighed(random, wideOrders);
  const tags: MapTag[] = [];
  let at = Math.floor(random() * 4);
  const count = 2 + Math.floor(random() * 10);
  while (tags.length < count) {
    const odd = random() < 0.12 ? weighed(random, styles) : style;
    const tag = tagOf(odd, order, at, random);
    tags.push(tag);
    at += wordsOf(tag.type) + (random() < 0.15 ? 1 + Math.floor(random() * 3) : 0);
  }
  return tags;
}

/** An instrument with one value that can be shown in three digits, and a technician before it. */
export function probeCase(random: Random): ProbeCase {
  for (;;) {
    const tags = layOut(random);
    const { at: last, type } = tags.at(-1) as MapTag;
    const length = last + wordsOf(type) + Math.floor(random() * 6);
    const fill = Uint16Array.from({ length }, () => pick(random, fillers));
    const tag = pick(random, tags);
    const moment = (draw: Random): { words: number[]; value: number } => {
      const words = Uint16Array.from(fill);
      const values = tags.map((one) => delivered(one, drawn(one, draw)));
      tags.forEach((one, n) => put(words, one, values[n] as number));
      return { words: [...words], value: values[tags.indexOf(tag)] as number };
    };
    const now = moment(random);
    const shown = shownOf(tag, now.value);
    if (shown === undefined) continue;
    const slip = weighed(random, [
      [0, 80],
      [1, 10],
      [-1, 10],
    ] as const);
    return {
      table: random() < 0.7 ? 'holding' : 'input',
      start: 0,
      words: [...now.words, ...(random() < 0.5 ? [undefined, undefined] : [0, 0, 0, 0])],
      tag,
      shown,
      believed: Math.max(0, tag.at + slip),
      later: moment,
    };
  }
}
