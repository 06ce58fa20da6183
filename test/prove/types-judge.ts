import type { ValueView } from '../../gateway/runtime/index.js';
import type { PackedTag } from './types-field.js';

/** What a gateway should say of a tag: a value and the name of its quality. */
function expected(tag: PackedTag): Pick<ValueView, 'value' | 'quality'> {
  if (tag.text !== undefined) return { value: tag.text, quality: 'good' };
  if (tag.boolean !== undefined) return { value: tag.boolean, quality: 'good' };
  if (tag.integer !== undefined) {
    const exact = BigInt(tag.integer);
    const magnitude = exact < 0n ? -exact : exact;
    return { value: Number(exact), quality: magnitude <= 2n ** 53n ? 'good' : 'uncertain-precision' };
  }
  return tag.number === 'none'
    ? { value: null, quality: 'bad-sensor-failure' }
    : { value: Number(tag.number), quality: 'good' };
}

/** True when the float in the registers is the nearest of its type to the one that was packed. */
function isNearest({ type, number, meant }: PackedTag): boolean {
  if (number === undefined || number === 'none') return true;
  const [packed, wanted] = [Number(number), Number(meant)];
  if (type === 'float64') return packed === wanted;
  if (type === 'float32') return packed === Math.fround(wanted);
  // binary16 has 11 bits of precision, and steps of 2^-24 near zero (IEEE 754-2019 §3.6).
  const step = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(wanted || 1))) - 10);
  return Math.abs(packed - wanted) <= step / 2;
}

/** What is wrong with what the gateway says of a tag, in words; undefined when nothing is. */
export function faultOf(tag: PackedTag, said: ValueView | undefined): string | undefined {
  const place = `${tag.type} ${tag.order} at ${tag.register}`;
  if (!isNearest(tag)) return `${place}: packed ${tag.number} for ${tag.meant}`;
  if (!said) return `${place}: nothing`;
  const { value, quality } = expected(tag);
  if (said.value === value && said.quality === quality) return undefined;
  return `${place}: ${String(said.value)} (${said.quality}) where python packed ${String(value)} (${quality})`;
}

/** Type and byte order, as one name; a bit in a register, and a bit that is a table's own, are kinds of their own. */
export function kindOf({ type, order, bit, register, byte }: PackedTag): string {
  if (/^(coil|discrete)/.test(register)) return `bool ${register.split(' ')[0]}`;
  if (bit !== undefined) return `bit ${order}`;
  return [type, byte, order].filter((part) => part !== undefined).join(' ');
}
