import { type FrameBuilder, isBad, Quality } from '../../gateway/contract/index.js';
import { pointStates } from './point-state.js';
import type { FileLayout } from './table-layout.js';
import type { TagAddress } from './tag-schema.js';
import type { PointRecord } from './text-file.js';

/** What a record says for one tag: a value with its quality. */
export interface PointValue {
  readonly value: number;
  readonly text: string | undefined;
  readonly quality: number;
}

const numberPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

/** The state of a record as the mine writes it, where its table has one. */
export const stateOf = ({ table, words }: PointRecord): string | undefined =>
  table.state === undefined ? undefined : words[table.state];

/**
 * Reads one field for a tag. A state that nobody declared makes the value uncertain, never hides it; a bad state leaves
 * no value, but of the state itself, when that is the tag.
 */
export function readPoint(
  record: PointRecord,
  { field, type, is }: TagAddress,
  { states }: Pick<FileLayout, 'states'>,
): PointValue {
  const word = record.words[record.table.fields.get(field) as number] as string;
  const written = stateOf(record);
  const state = written === undefined ? 'normal' : states.get(written);
  const quality = field === 'state' ? Quality.good : state === undefined ? Quality.uncertain : pointStates[state];
  if (isBad(quality)) return nothing(quality);
  if (word === '' && type !== 'text') return nothing(Quality['bad-decoding']);
  if (is !== undefined) return { value: isThis(word, is) ? 1 : 0, text: undefined, quality };
  if (type === 'text') return { value: Number.NaN, text: word, quality };
  const value = numberPattern.test(word) ? Number(word) : Number.NaN;
  const isWhole = type !== 'integer' || Number.isInteger(value);
  return Number.isFinite(value) && isWhole ? { value, text: undefined, quality } : nothing(Quality['bad-decoding']);
}

const nothing = (quality: number): PointValue => ({ value: Number.NaN, text: undefined, quality });

/** `1` is `1.0`, as some systems write a switch. */
const isThis = (word: string, is: string | number): boolean =>
  word === String(is) || (numberPattern.test(word) && Number(word) === Number(is));

/** Puts a value into its slot, with the time the mine gave it. */
export function fillSlot(into: FrameBuilder, slot: number, { value, text, quality }: PointValue, at?: number): void {
  if (isBad(quality)) into.bad(slot, quality);
  else if (text !== undefined) into.text(slot, text, quality);
  else into.set(slot, value, quality);
  if (at !== undefined) into.deviceTime(slot, at);
}
