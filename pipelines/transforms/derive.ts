import {
  hasValue,
  isBad,
  Quality,
  type StampedFrame,
  type TagTableSpec,
  type Transform,
} from '../../gateway/contract/index.js';
import { compileFormula, contextPrefix } from './formula.js';
import { type ContextReader, type CurveTag, type DerivedTag, type FormulaTag, slotOf } from './spec.js';
import { stateless } from './stateless.js';
import { compileTableCurve } from './table-curve.js';

/**
 * The quality of a value computed from these slots: none when one was not read, bad when one is bad, else the worst.
 * Over and under range become plainly uncertain: through a formula nobody knows which way the result is wrong, and limit
 * rules take those two at their word.
 */
function worstOf(quality: Uint8Array, slots: readonly number[]): number {
  let worst: number = Quality.good;
  let isAbsent = false;
  for (const slot of slots) {
    const code = quality[slot] as number;
    if (isBad(code)) return Quality['bad-formula'];
    if (code === Quality['uncertain-over-range'] || code === Quality['uncertain-under-range']) {
      worst = Math.max(worst, Quality.uncertain);
    } else {
      worst = Math.max(worst, code);
      isAbsent ||= code === Quality.absent;
    }
  }
  return isAbsent ? Quality.absent : worst;
}

/** Columns of a frame while its derived tags are filled in. */
type Columns = Pick<StampedFrame, 'values' | 'quality'>;

/** Fills one slot from others. */
type Fill = (columns: Columns) => void;

function fillByFormula(tag: FormulaTag, table: TagTableSpec, context: ContextReader): Fill {
  const target = slotOf(table, tag.name);
  const formula = compileFormula(tag.formula);
  const slots = new Map(formula.inputs.map((name) => [name, slotOf(table, name)]));
  const inputs = [...slots.values()];
  const isLogical = table.tags.map(({ type }) => type === 'boolean');
  return ({ values, quality }) => {
    const worst = worstOf(quality, inputs);
    const read = (name: string): number | boolean => {
      const input = slots.get(name);
      if (input === undefined) return context(name.slice(contextPrefix.length));
      return isLogical[input] ? values[input] === 1 : (values[input] as number);
    };
    // What is not known of the context leaves no number, whatever a comparison would make of it.
    const isKnown = hasValue(worst) && !formula.context.some((name) => Number.isNaN(context(name)));
    const result = isKnown ? formula.evaluate(read) : Number.NaN;
    const isNumber = Number.isFinite(result);
    values[target] = isNumber ? result : Number.NaN;
    quality[target] = isNumber || !hasValue(worst) ? worst : Quality['bad-formula'];
  };
}

function fillByCurve(tag: CurveTag, table: TagTableSpec): Fill {
  const target = slotOf(table, tag.name);
  const input = slotOf(table, tag.of);
  const curve = compileTableCurve(tag.curve);
  return ({ values, quality }) => {
    const code = quality[input] as number;
    const result = hasValue(code) ? curve.at(values[input] as number) : Number.NaN;
    values[target] = result;
    if (!Number.isNaN(result)) quality[target] = curve.quality(code);
    else quality[target] = code === Quality.absent ? Quality.absent : Quality['bad-formula'];
  };
}

const nothingKnown: ContextReader = () => Number.NaN;

/**
 * Fills the slots of derived tags. A formula or table may use read tags, derived tags named before it, and a formula the
 * site's context. What is no finite number, lies outside its table, or hangs on context that is not known is
 * `bad-formula`. Throws when a formula does not pass `checkFormula` or its table lacks a tag.
 */
export function derive(
  derived: readonly DerivedTag[],
  table: TagTableSpec,
  context: ContextReader = nothingKnown,
): Transform | undefined {
  if (derived.length === 0) return undefined;
  const fills = derived.map((tag) => ('curve' in tag ? fillByCurve(tag, table) : fillByFormula(tag, table, context)));
  return stateless((frame) => {
    const columns = { values: frame.values.slice(), quality: frame.quality.slice() };
    for (const fill of fills) fill(columns);
    return { ...frame, ...columns };
  });
}
