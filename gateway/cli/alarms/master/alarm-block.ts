import { parse } from 'yaml';

/** Fields of an `alarm:` block that a master alarm database changes. */
export const fields = [
  'class',
  'cause',
  'consequence',
  'action',
  'respondWithin',
  'severity',
  'owner',
  'source',
  'date',
  'group',
] as const;
export type Field = (typeof fields)[number];

/** A field as YAML has it: a word, or a sentence in both languages. */
export type FieldValue = string | { readonly en: string; readonly zh: string };

/** What an `alarm:` block says as it is written, before defaults. */
export interface AlarmBlock extends Partial<Readonly<Record<Field, unknown>>> {
  readonly kinds?: Readonly<Record<string, Partial<Readonly<Record<Field, unknown>>>>>;
}

/** The blocks of a site file that is in order, by rule. */
export function alarmBlocks(text: string): ReadonlyMap<string, AlarmBlock> {
  const { rules = {} } = parse(text) as { readonly rules?: Readonly<Record<string, { readonly alarm?: AlarmBlock }>> };
  return new Map(Object.entries(rules).flatMap(([name, { alarm }]) => (alarm ? [[name, alarm] as const] : [])));
}

/** Whether a kind says a field itself, rather than the block for all kinds. */
export const isOwn = (block: AlarmBlock, kind: string, field: Field): boolean =>
  block.kinds?.[kind]?.[field] !== undefined;

/** The severity that holds for one kind; what is not said is minor. */
export function severityOf(block: AlarmBlock | undefined, kind: string): string {
  const written = block?.kinds?.[kind]?.severity ?? block?.severity;
  return typeof written === 'string' ? written : 'minor';
}
