import type { JsonSchema } from './json.js';

const maps: ReadonlySet<string> = new Set(['properties', 'definitions']);
const lists: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'items']);
const singles: ReadonlySet<string> = new Set(['additionalProperties', 'propertyNames', 'items']);

/** Changes a schema that a keyword of another holds; `at` is its key where the keyword holds a map, its index in a list. */
export type Change = (inner: JsonSchema, keyword: string, at?: string | number) => JsonSchema;

function changed(keyword: string, value: unknown, change: Change): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return lists.has(keyword) ? value.map((inner: JsonSchema, at) => change(inner, keyword, at)) : value;
  }
  if (maps.has(keyword)) {
    const entries = Object.entries(value as Readonly<Record<string, JsonSchema>>);
    return Object.fromEntries(entries.map(([key, inner]) => [key, change(inner, keyword, key)]));
  }
  return singles.has(keyword) ? change(value as JsonSchema, keyword) : value;
}

/** The same schema with each schema directly inside it changed; examples, defaults and enumerations are no schemas. */
export function mapInside(schema: JsonSchema, change: Change): JsonSchema {
  const entries = Object.entries(schema);
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, changed(keyword, value, change)]));
}
