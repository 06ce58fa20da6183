import { z } from 'zod';
import {
  hasValue,
  isBad,
  type Json,
  Quality,
  type StampedFrame,
  type TagTableSpec,
  type Transform,
} from '../../gateway/contract/index.js';
import { compileFormula, contextPrefix } from './formula.js';
import { type ContextReader, type CurveTag, type DerivedTag, type FormulaTag, slotOf } from './spec.js';
import { compileTableCurve } from './table-curve.js';

/**
 * The quality of a value computed from these slots: none when one was never read, bad when one is bad, else the worst.
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
interface Fill {
  readonly target: number;
  readonly inputs: readonly number[];
  readonly fill: (columns: Columns) => void;
}

function fillByFormula(tag: FormulaTag, table: TagTableSpec, context: ContextReader): Fill {
  const target = slotOf(table, tag.name);
  const formula = compileFormula(tag.formula);
  const slots = new Map(formula.inputs.map((name) => [name, slotOf(table, name)]));
  const inputs = [...slots.values()];
  const isLogical = table.tags.map(({ type }) => type === 'boolean');
  const fill = ({ values, quality }: Columns): void => {
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
  return { target, inputs, fill };
}

function fillByCurve(tag: CurveTag, table: TagTableSpec): Fill {
  const target = slotOf(table, tag.name);
  const input = slotOf(table, tag.of);
  const curve = compileTableCurve(tag.curve);
  const fill = ({ values, quality }: Columns): void => {
    const code = quality[input] as number;
    const result = hasValue(code) ? curve.at(values[input] as number) : Number.NaN;
    values[target] = result;
    if (!Number.isNaN(result)) quality[target] = curve.quality(code);
    else quality[target] = code === Quality.absent ? Quality.absent : Quality['bad-formula'];
  };
  return { target, inputs: [input], fill };
}

const nothingKnown: ContextReader = () => Number.NaN;

/**
 * Fills the slots of derived tags, frame by frame. A frame that leaves an input unsaid is filled from what was last said
 * of it, as long as it says anything of another; where it says nothing of any, nothing is derived.
 */
class Derivation implements Transform {
  readonly #fills: readonly Fill[];
  readonly #tags: TagTableSpec['tags'];
  /** What a driver fills and something is derived from. */
  readonly #slotsRead: readonly number[];
  /** What was last said of each slot. */
  #last: Columns | undefined;

  constructor(fills: readonly Fill[], table: TagTableSpec) {
    this.#fills = fills;
    const derived = new Set(fills.map(({ target }) => target));
    const read = [...new Set(fills.flatMap(({ inputs }) => inputs))].filter((slot) => !derived.has(slot));
    this.#slotsRead = read;
    this.#tags = table.tags;
  }

  next(frame: StampedFrame): StampedFrame {
    const columns = { values: frame.values.slice(), quality: frame.quality.slice() };
    // History says nothing of now, nor the other way round.
    const isWhole = frame.late === true || this.#slotsRead.every((slot) => frame.quality[slot] !== Quality.absent);
    const known = isWhole ? columns : this.#complete(columns);
    for (const { inputs, target, fill } of this.#fills) {
      const isSaid = isWhole || inputs.length === 0 || inputs.some((slot) => columns.quality[slot] !== Quality.absent);
      fill(known);
      if (!isSaid || isWhole) continue;
      columns.values[target] = known.values[target] as number;
      columns.quality[target] = known.quality[target] as number;
    }
    if (frame.late !== true) this.#last = known;
    return { ...frame, ...columns };
  }

  recall({ values, quality, late }: StampedFrame): void {
    if (late !== true) this.#last = this.#complete({ values, quality });
  }

  /** The same columns with what was last said in the place of what is not said now. */
  #complete({ values, quality }: Columns): Columns {
    const known = { values: values.slice(), quality: quality.slice() };
    const last = this.#last;
    if (!last) return known;
    quality.forEach((code, slot) => {
      if (code !== Quality.absent) return;
      known.values[slot] = last.values[slot] as number;
      known.quality[slot] = last.quality[slot] as number;
    });
    return known;
  }

  snapshot(): Json {
    const last = this.#last;
    if (!last) return null;
    const said = this.#slotsRead.map((slot) => {
      const value = last.values[slot] as number;
      const kept = { value: Number.isFinite(value) ? value : null, quality: last.quality[slot] as number };
      return [this.#tags[slot]?.name, kept] as const;
    });
    return Object.fromEntries(said) as Json;
  }

  restore(state: Json): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    const last = {
      values: new Float64Array(this.#tags.length).fill(Number.NaN),
      quality: new Uint8Array(this.#tags.length),
    };
    for (const slot of this.#slotsRead) {
      const name = this.#tags[slot]?.name as string;
      const kept = Object.hasOwn(data, name) ? data[name] : undefined;
      if (!kept) continue;
      last.values[slot] = kept.value ?? Number.NaN;
      last.quality[slot] = kept.quality;
    }
    this.#last = last;
  }
}

const memory = z.record(z.string(), z.object({ value: z.number().nullable(), quality: z.int().min(0).max(255) }));

/**
 * Fills the slots of derived tags. A formula or table may use read tags, derived tags named before it, and a formula the
 * site's context. What a frame does not say of its inputs is as it was last said. What is no finite number, lies outside its table, or hangs on context that is not known is
 * `bad-formula`. Throws when a formula does not pass `checkFormula` or its table lacks a tag.
 */
export function derive(
  derived: readonly DerivedTag[],
  table: TagTableSpec,
  context: ContextReader = nothingKnown,
): Transform | undefined {
  if (derived.length === 0) return undefined;
  const fills = derived.map((tag) => ('curve' in tag ? fillByCurve(tag, table) : fillByFormula(tag, table, context)));
  return new Derivation(fills, table);
}
