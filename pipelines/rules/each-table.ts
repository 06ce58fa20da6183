import type { CompiledRule, Tag, TagTableSpec } from '../../gateway/contract/index.js';

/** A tag that holds a number, and where it stands in its table. */
export interface FoundTag {
  readonly table: TagTableSpec;
  readonly slot: number;
  readonly tag: Tag;
}

export const tableKey = ({ device, group }: TagTableSpec): string => `${device}/${group}`;

/** Where a number of this name is read, table by table. */
export const findTags = (tables: readonly TagTableSpec[], name: string): FoundTag[] =>
  tables.flatMap((table) => {
    const slot = table.tags.findIndex((tag) => tag.name === name && tag.type !== 'text');
    const tag = table.tags[slot];
    return tag === undefined ? [] : [{ table, slot, tag }];
  });

/** A rule of its own for each table that has the tag. */
export const eachTable = (
  tables: readonly TagTableSpec[],
  tag: string,
  compile: (found: FoundTag) => Pick<CompiledRule, 'rule' | 'conditions'>,
): CompiledRule[] =>
  findTags(tables, tag).map((found) => ({ ...compile(found), key: tableKey(found.table), tables: [found.table] }));
