import type { Json } from '../../gateway/contract/index.js';

/** What a check remembers of one tag: numbers, NaN for "nothing yet". */
export interface Remembering<Field extends string> {
  readonly name: string;
  readonly memory: Record<Field, number>;
}

/** Memory by tag name, so that it outlives a table with other slots. NaN has no JSON and is written as null. */
export function snapshotOf<Field extends string>(slots: readonly Remembering<Field>[]): Json {
  return Object.fromEntries(
    slots.map(({ name, memory }) => [
      name,
      Object.fromEntries(Object.entries<number>(memory).map(([field, value]) => [field, finiteOrNull(value)])),
    ]),
  );
}

/** Takes back what fits: a tag whose memory is not whole starts afresh. */
export function restoreInto<Field extends string>(slots: readonly Remembering<Field>[], state: Json): void {
  for (const { name, memory } of slots) {
    const saved = member(state, name);
    const fields = Object.keys(memory) as Field[];
    if (!fields.every((field) => isNumberOrNull(member(saved, field)))) continue;
    for (const field of fields) memory[field] = (member(saved, field) as number | null) ?? Number.NaN;
  }
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
const isNumberOrNull = (value: Json | undefined): boolean => value === null || typeof value === 'number';

function member(json: Json | undefined, key: string): Json | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || !Object.hasOwn(json, key)) return undefined;
  return (json as { readonly [key: string]: Json })[key];
}
