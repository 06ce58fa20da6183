import type { Path, Source } from '../source/source.js';
import { type JsonSchema, schemasAt } from '../schema/json.js';

/** What was checked against which schema, and where it stands. */
export interface Checked {
  readonly source: Source;
  /** From the root of the file to the data. */
  readonly base: Path;
  readonly data: unknown;
  readonly json: JsonSchema;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** How a place is called: by its key, an item of a list by the key of the list and its number. */
function keyAt(path: Path): string {
  const last = path.at(-1) ?? '';
  return typeof last === 'number' ? `${keyAt(path.slice(0, -1))}[${last}]` : last;
}

/** One place inside what was checked, with all that a sentence about it needs. */
export interface Spot {
  readonly key: string;
  readonly value: unknown;
  /** As it stands in the file, where it is a scalar. */
  readonly written: string | undefined;
  /** What may stand there. */
  readonly schemas: readonly JsonSchema[];
}

export function spotAt(checked: Checked, path: Path): Spot {
  const whole = [...checked.base, ...path];
  return {
    key: keyAt(whole),
    value: valueAt(checked.data, path),
    written: checked.source.written(whole),
    schemas: schemasAt(checked.json, path),
  };
}
