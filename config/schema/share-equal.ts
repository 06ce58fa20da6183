import { definitionsPath, type JsonSchema } from './json.js';
import { mapInside } from './map-inside.js';

/** A schema of fewer characters stands wherever it is meant: a reference would hide it and save nothing. */
const sharedFrom = 60;

/** A schema with what it refers to. */
type SharedSchema = JsonSchema & { readonly definitions?: Readonly<Record<string, JsonSchema>> };

/** A trail leads to a schema: the parts and keys it stands in. */
type Trail = readonly string[];

interface Met {
  readonly schema: JsonSchema;
  /** The shortest there is. */
  trail: Trail;
  times: number;
}

/**
 * The trail to a schema that a keyword holds. Only a key is a word of its own; a choice is numbered behind the word it
 * is a choice of (`password2`), an entry called by it (`tags-each`, and its name `tags-key`).
 */
function further(trail: Trail, keyword: string, at?: string | number): Trail {
  if (typeof at === 'string') return [...trail, at.replaceAll(/[^\w-]/g, '')];
  const last = trail.at(-1) ?? '';
  const called = at === undefined ? (keyword === 'propertyNames' ? '-key' : '-each') : String(at + 1);
  return [...trail.slice(0, -1), `${last}${called}`];
}

/** Every schema of some length, by what it says. What stands inside one is met once, however often that one is. */
function meetAll({ definitions = {}, ...root }: SharedSchema): ReadonlyMap<string, Met> {
  const met = new Map<string, Met>();
  const meet = (schema: JsonSchema, trail: Trail): JsonSchema => {
    const says = JSON.stringify(schema);
    const known = met.get(says);
    if (known) {
      known.times += 1;
      if (trail.length < known.trail.length) known.trail = trail;
    } else if (says.length >= sharedFrom) {
      met.set(says, { schema, trail, times: 1 });
      mapInside(schema, (inner, ...step) => meet(inner, further(trail, ...step)));
    }
    return schema;
  };
  for (const [name, definition] of Object.entries(definitions)) meet(definition, name.split('.'));
  mapInside(root, (inner, ...step) => meet(inner, further(['site'], ...step)));
  return met;
}

/** The last two words of a trail; as many more as it takes to be unlike others; a number where all are too few. */
function nameOf(trail: Trail, isTaken: (name: string) => boolean): string {
  const names = trail.map((_, from) => trail.slice(from).join('.')).reverse();
  const free = names.slice(1).find((name) => !isTaken(name));
  if (free !== undefined) return free;
  for (let number = 2; ; number += 1) {
    const name = `${trail.join('.')}.${number}`;
    if (!isTaken(name)) return name;
  }
}

/**
 * The same schema in which what is equal is written once, as a definition with a readable name (`tag.range`), and
 * referred to wherever it is meant. A reference stands alone, since draft 7 ignores what stands beside one: description,
 * default and examples go into the definition.
 */
export function shareEqual(schema: SharedSchema): SharedSchema {
  const { definitions = {}, ...root } = schema;
  const bodies = new Map(Object.entries(definitions));
  // Of two equal ones the first is written out.
  const names = new Map([...bodies].reverse().map(([name, body]) => [JSON.stringify(body), name]));
  for (const [says, { trail, schema: body, times }] of meetAll(schema)) {
    if (times === 1 || names.has(says)) continue;
    const name = nameOf(trail, (one) => bodies.has(one));
    names.set(says, name);
    bodies.set(name, body);
  }
  const refer = (inner: JsonSchema): JsonSchema => {
    const name = names.get(JSON.stringify(inner));
    return name === undefined ? mapInside(inner, refer) : { $ref: `${definitionsPath}${name}` };
  };
  const written = [...bodies].map(([name, body]) => {
    const isItself = names.get(JSON.stringify(body)) === name;
    return [name, isItself ? mapInside(body, refer) : refer(body)] as const;
  });
  const sorted = written.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { ...mapInside(root, refer), definitions: Object.fromEntries(sorted) };
}
