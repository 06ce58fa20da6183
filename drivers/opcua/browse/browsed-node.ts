import type { Json, TagType } from '../../../gateway/contract/index.js';

/** What a variable of a server is, and its value now. */
export interface BrowsedVariable {
  /** Name of its data type: `Double`, `Range`, a maker's own. */
  readonly dataType: string;
  /** Elements of an array; undefined of a single value. */
  readonly elements: number | undefined;
  /** Names of the fields of a structure, as `field` of a tag takes them. */
  readonly fields: readonly string[];
  /** As what a tag reads it; undefined where the server gave no value to judge by, or an array or a structure. */
  readonly tagType: TagType | undefined;
  /**
   * The value as a tag would have it; integers beyond 2^53 as text, the first elements of an array, an object of a
   * structure; null where there is none.
   */
  readonly value: Json;
  /** StatusCode of the value by name: `Good`. */
  readonly status: string;
  /** `displayName` of its EngineeringUnits (OPC 10000-8 §5.6.3); empty where it has none. */
  readonly unit: string;
  /** Its history can be read (AccessLevel, OPC 10000-3 §8.57). */
  readonly keepsHistory: boolean;
}

/** A node and what is below it. */
export interface BrowsedNode {
  /** Browse name without its namespace. */
  readonly name: string;
  /** As a profile names it: `nsu=http://plant.example/;s=Boiler.Level`. */
  readonly node: string;
  readonly kind: 'object' | 'variable';
  variable: BrowsedVariable | undefined;
  readonly children: BrowsedNode[];
  /** It stands elsewhere in the tree, with what is below it: the address space is no tree, and may run in circles. */
  readonly isRepeated: boolean;
  /** More is below than was looked at. */
  hasMore: boolean;
  /** StatusCode by name, where the server does not tell what is below. */
  refused: string | undefined;
}
