import { hasValue, isBad, Quality, type TagTableSpec, type Transform } from '../../gateway/contract/index.js';
import { compileFormula } from './formula.js';
import { type DerivedTag, slotOf } from './spec.js';
import { stateless } from './stateless.js';

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

/**
 * Fills the slots of derived tags. A formula may use read tags and derived tags named before it. What is no finite
 * number is `bad-formula`. Throws when a formula does not pass `checkFormula` or its table lacks a tag.
 */
export function derive(derived: readonly DerivedTag[], table: TagTableSpec): Transform | undefined {
  if (derived.length === 0) return undefined;
  const isLogical = table.tags.map((tag) => tag.type === 'boolean');
  const targets = derived.map((tag) => {
    const formula = compileFormula(tag.formula);
    const slots = new Map(formula.inputs.map((name) => [name, slotOf(table, name)]));
    return { slot: slotOf(table, tag.name), formula, slots, inputs: [...slots.values()] };
  });
  return stateless((frame) => {
    const values = frame.values.slice();
    const quality = frame.quality.slice();
    for (const { slot, formula, slots, inputs } of targets) {
      const worst = worstOf(quality, inputs);
      const read = (name: string): number | boolean => {
        const input = slots.get(name) as number;
        return isLogical[input] ? values[input] === 1 : (values[input] as number);
      };
      const result = hasValue(worst) ? formula.evaluate(read) : Number.NaN;
      const isNumber = Number.isFinite(result);
      values[slot] = isNumber ? result : Number.NaN;
      quality[slot] = isNumber || !hasValue(worst) ? worst : Quality['bad-formula'];
    }
    return { ...frame, values, quality };
  });
}
