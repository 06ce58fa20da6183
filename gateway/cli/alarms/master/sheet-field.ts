import { parseDuration } from '../../../contract/index.js';
import type { CliMessages } from '../../messages/index.js';
import type { Field, FieldValue } from './alarm-block.js';
import type { Column, MasterRow } from './columns.js';

/** Where a field stands; of a sentence, its first column. */
export const columnOfField: Readonly<Record<Field, Column>> = {
  class: 'class',
  cause: 'causeZh',
  consequence: 'consequenceZh',
  action: 'actionZh',
  respondWithin: 'respondWithin',
  severity: 'severity',
  owner: 'owner',
  source: 'source',
  date: 'date',
  group: 'group',
};
const sentences: Partial<Readonly<Record<Field, readonly [zh: Column, en: Column]>>> = {
  cause: ['causeZh', 'causeEn'],
  consequence: ['consequenceZh', 'consequenceEn'],
  action: ['actionZh', 'actionEn'],
};
const severities = ['minor', 'serious', 'severe'];
const needed = new Set<Field>(['class', 'respondWithin', 'severity']);

/** A sentence for both languages, or one text for both. */
function sentenceOf(zh: string, en: string): FieldValue | undefined {
  if (zh === '' && en === '') return undefined;
  if (zh === '' || en === '' || zh === en) return zh || en;
  return { en, zh };
}

/** A field as a row has it. */
export function valueIn(row: MasterRow, field: Field): FieldValue | undefined {
  const sentence = sentences[field];
  if (sentence) return sentenceOf(row[sentence[0]], row[sentence[1]]);
  return row[columnOfField[field]] || undefined;
}

/** Equal as far as the site file goes: `60s` is `1min`. */
export function isSame(field: Field, a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (field === 'respondWithin' && typeof a === 'string' && typeof b === 'string') {
    return a === b || (parseDuration(a) !== undefined && parseDuration(a) === parseDuration(b));
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

const isDay = (text: string): boolean => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

/** What is wrong with a field as it is wanted; undefined when nothing is. Whether a class exists the site check tells. */
export function faultOf({ master: t }: CliMessages, field: Field, value: FieldValue | undefined): string | undefined {
  if (value === undefined) {
    if (field === 'action') return t.noAction();
    return needed.has(field) ? t.needed() : undefined;
  }
  const text = typeof value === 'string' ? value : '';
  if (field === 'respondWithin' && parseDuration(text) === undefined) return t.badDuration({ value: text });
  if (field === 'severity' && !severities.includes(text)) return t.badSeverity({ value: text });
  return field === 'date' && !isDay(text) ? t.badDate({ value: text }) : undefined;
}
