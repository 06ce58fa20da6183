import type { TagTableSpec, Transform } from '../../gateway/contract/index.js';
import { decimalsOf } from '../decimal.js';
import { type ReadTag, slotOf } from './spec.js';
import { stateless } from './stateless.js';

/** Powers of ten are exact in a double up to here. */
const exactDecimalsMax = 22;
/** Below it a product with a power of ten still rounds to the right integer. */
const exactIntegerMax = 2 ** 51;

interface Scaling {
  readonly slot: number;
  readonly scale: number;
  readonly offset: number;
  /** scale = multiplier ÷ divisor and offset = addend ÷ divisor, all three integers; undefined when they are too large. */
  readonly exact: { readonly multiplier: number; readonly addend: number; readonly divisor: number } | undefined;
}

function compile(tag: ReadTag, slot: number): Scaling {
  const { scale, offset } = tag;
  const decimals = Math.max(decimalsOf(scale), decimalsOf(offset));
  const divisor = 10 ** decimals;
  const multiplier = Math.round(scale * divisor);
  const addend = Math.round(offset * divisor);
  const isExact =
    decimals <= exactDecimalsMax && Math.abs(multiplier) <= exactIntegerMax && Math.abs(addend) <= exactIntegerMax;
  return { slot, scale, offset, exact: isExact ? { multiplier, addend, divisor } : undefined };
}

/**
 * Integers first, one division last: both operands of that division are exact, so for an integer register the result is
 * the double nearest to the decimal number. 234 × 0.1 is 23.4.
 */
function apply({ scale, offset, exact }: Scaling, raw: number): number {
  if (exact !== undefined) {
    const numerator = raw * exact.multiplier + exact.addend;
    if (Math.abs(numerator) <= Number.MAX_SAFE_INTEGER) return numerator / exact.divisor;
  }
  return raw * scale + offset;
}

/**
 * Raw value → value in the tag's unit: raw × scale + offset. The only transform that alters a value. Undefined when no
 * tag of the table is scaled, so that such a table costs nothing.
 */
export function scale(tags: readonly ReadTag[], table: TagTableSpec): Transform | undefined {
  const scalings = tags
    .filter((tag) => tag.scale !== 1 || tag.offset !== 0)
    .map((tag) => compile(tag, slotOf(table, tag.name)));
  if (scalings.length === 0) return undefined;
  return stateless((frame) => {
    const values = frame.values.slice();
    for (const scaling of scalings) values[scaling.slot] = apply(scaling, values[scaling.slot] as number);
    return { ...frame, values };
  });
}
