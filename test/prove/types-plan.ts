import { modbus } from '../../drivers/modbus/index.js';
import { linkOf } from '../drivers/modbus/modbus-link.js';
import type { PackedTag } from './types-field.js';

interface Span {
  readonly table: string;
  readonly start: number;
  readonly end: number;
}

const spanOf = ({ register, registers }: PackedTag): Span => {
  const [table, start] = register.split(' ') as [string, string];
  return { table, start: Number(start), end: Number(start) + registers };
};

const isBits = (table: string): boolean => table === 'coil' || table === 'discrete';

/** The plan of one device of one link: what it costs the bus, and its requests in words. */
function planned(link: Record<string, unknown>, settings: Record<string, unknown>, tags: readonly object[]) {
  const groups = { main: tags as Record<string, unknown>[] };
  return modbus.plan(linkOf(link, { device: { settings: { unit: 1, ...settings }, groups } })).requests;
}

/** ms of bus time for one read of this many registers or bits, from what the plan asks for one and two registers. */
function priceOf(link: Record<string, unknown>): (table: string, count: number) => number {
  const single = (length: number): number =>
    planned(link, {}, [{ register: 'holding 0', type: 'string', length }])[0]?.busMs ?? Number.NaN;
  const byteMs = (single(2) - single(1)) / 2;
  return (table, count) => single(1) + ((isBits(table) ? Math.ceil(count / 8) : count * 2) - 2) * byteMs;
}

/** The least bus time of all ways to part the spans of one table into reads, tried one and all. */
function leastOf(
  spans: readonly Span[],
  holes: readonly Span[],
  longest: number,
  price: (count: number) => number,
): number {
  const priceOfSet = (set: number): number => {
    let [start, end] = [Number.POSITIVE_INFINITY, 0];
    spans.forEach((span, n) => {
      if (!(set & (1 << n))) return;
      start = Math.min(start, span.start);
      end = Math.max(end, span.end);
    });
    const isForbidden = end - start > longest || holes.some((hole) => hole.start < end && start < hole.end);
    return isForbidden ? Number.POSITIVE_INFINITY : price(end - start);
  };
  const prices = Float64Array.from({ length: 1 << spans.length }, (_, set) => (set === 0 ? 0 : priceOfSet(set)));
  const least = new Float64Array(prices.length).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  for (let set = 1; set < least.length; set += 1) {
    const one = set & -set;
    const others = set ^ one;
    // Every read that holds the first tag of what is left, with any of the others.
    for (let with_ = others; ; with_ = (with_ - 1) & others) {
      const total = (prices[one | with_] as number) + (least[others ^ with_] as number);
      if (total < (least[set] as number)) least[set] = total;
      if (with_ === 0) break;
    }
  }
  return least[least.length - 1] as number;
}

/** Some gaps between tags, as ranges that must not be read. */
function someHoles(spans: readonly Span[], random: () => number): Span[] {
  const sorted = spans.toSorted((a, b) => a.table.localeCompare(b.table) || a.start - b.start);
  return sorted.flatMap((span, n) => {
    const next = sorted[n + 1];
    const isGap = next?.table === span.table && next.start > span.end;
    return isGap && random() < 0.2 ? [{ table: span.table, start: span.end, end: span.end + 1 }] : [];
  });
}

export interface PlanFigures {
  readonly plannedMs: number;
  readonly leastMs: number;
  readonly requests: number;
}

/** What the plan of a map costs over TCP, and the least that any plan could. At most 12 tags. */
export function comparePlan(tags: readonly PackedTag[], random: () => number): PlanFigures {
  const link = { framing: 'tcp', address: 'tcp://127.0.0.1:502', turnaround: `${1 + Math.floor(random() * 30)}ms` };
  const spans = tags.map(spanOf);
  const holes = someHoles(spans, random);
  const longestRead = random() < 0.5 ? 125 : 20 + Math.floor(random() * 80);
  const price = priceOf(link);
  const settings = { longestRead, holes: holes.map(({ table, start }) => `${table} ${start}`) };
  const asTags = tags.map(({ register, type, order, bit, byte, length, encoding }) =>
    Object.fromEntries(
      Object.entries({ register, type, order, bit, byte, length, encoding }).filter(([, value]) => value !== undefined),
    ),
  );
  const requests = planned(link, settings, asTags);
  const leastMs = [...new Set(spans.map(({ table }) => table))].reduce((sum, table) => {
    const of = (span: Span): boolean => span.table === table;
    const longest = isBits(table) ? longestRead * 16 : longestRead;
    return sum + leastOf(spans.filter(of), holes.filter(of), longest, (count) => price(table, count));
  }, 0);
  return { plannedMs: requests.reduce((sum, { busMs }) => sum + busMs, 0), leastMs, requests: requests.length };
}
