import { type AlarmBlock, type Field, type FieldValue, isOwn } from './alarm-block.js';
import type { YamlEdit } from './yaml-edit.js';

/** What a sheet wants of one kind of condition of one rule. */
export interface Wish {
  readonly kind: string;
  readonly field: Field;
  /** undefined: empty. */
  readonly value: FieldValue | undefined;
}

export interface PlannedEdits {
  readonly edits: readonly YamlEdit[];
  /** What holds for the whole rule cannot be emptied for one kind alone. */
  readonly refused: readonly Wish[];
}

/**
 * Where wishes go in the `alarm:` block of a rule: to the kind where it says the field itself, to the block for all where
 * every kind that goes by it wants the same, else to the kind. `kinds` are those of the rule that are alarms.
 */
export function planEdits(
  rule: string,
  block: AlarmBlock,
  kinds: readonly string[],
  wishes: readonly Wish[],
): PlannedEdits {
  const at = ['rules', rule, 'alarm'];
  const edits = new Map<string, YamlEdit>();
  const refused: Wish[] = [];
  const plan = (path: readonly string[], value: FieldValue | undefined): void => {
    edits.set(path.join('\n'), { path, value });
  };
  for (const wish of wishes) {
    const { kind, field, value } = wish;
    const sharing = kinds.filter((one) => !isOwn(block, one, field));
    const same = wishes.filter((one) => one.field === field && JSON.stringify(one.value) === JSON.stringify(value));
    const isForAll = sharing.every((one) => same.some((other) => other.kind === one));
    if (isOwn(block, kind, field)) {
      const isBeneath = value === undefined && block[field] !== undefined;
      if (isBeneath) refused.push(wish);
      else plan([...at, 'kinds', kind, field], value);
    } else if (isForAll) plan([...at, field], value);
    else if (value === undefined) refused.push(wish);
    else plan([...at, 'kinds', kind, field], value);
  }
  return { edits: [...edits.values()], refused };
}
