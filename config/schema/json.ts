import { z } from 'zod';

/** What a `$ref` refers to: a symbol, so that it goes along when a schema is spread and is never written out. */
const referred = Symbol('referred');

/** JSON Schema as far as it is walked here. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly [referred]?: JsonSchema;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** What stands before the name of a definition in a reference to it. */
export const definitionsPath = '#/definitions/';

const converted = new WeakMap<z.ZodType, JsonSchema>();

const isNode = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

/** Lets every reference inside know its definition. */
function bindReferences(node: unknown, definitions: Readonly<Record<string, JsonSchema>>): void {
  if (!isNode(node)) return;
  const definition = node.$ref && definitions[node.$ref.replace(definitionsPath, '')];
  if (definition) Object.assign(node, { [referred]: definition });
  for (const inner of Object.values(node)) bindReferences(inner, definitions);
}

/**
 * What may be written for this schema, as JSON Schema (draft 7). Converted once. What is defined in terms of itself is a
 * `$ref` inside; its definition is followed by `branches` and written out by `definitionsOf`.
 */
export function toJson(schema: z.ZodType): JsonSchema {
  const known = converted.get(schema);
  if (known) return known;
  const {
    $schema: _,
    definitions = {},
    ...json
  } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    reused: 'inline',
    // zod drops examples of what it transforms; ours are examples of what is written.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.['examples'];
      if (Array.isArray(examples)) jsonSchema.examples = examples;
    },
  });
  const named = definitions as Readonly<Record<string, JsonSchema>>;
  for (const one of [json, named]) bindReferences(one, named);
  converted.set(schema, json as JsonSchema);
  return json as JsonSchema;
}

/** A reference to a schema by this name; `definitionsOf` finds what it refers to. */
export const named = (name: string, schema: JsonSchema): JsonSchema => ({
  $ref: `${definitionsPath}${name}`,
  [referred]: schema,
});

/** Every definition that a schema refers to, by name. */
export function definitionsOf(schema: JsonSchema): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {};
  const collect = (node: unknown): void => {
    if (!isNode(node)) return;
    const name = node.$ref?.replace(definitionsPath, '');
    const definition = node[referred];
    if (name !== undefined && definition && !Object.hasOwn(found, name)) {
      found[name] = definition;
      collect(definition);
    }
    for (const inner of Object.values(node)) collect(inner);
  };
  collect(schema);
  return found;
}

/** The alternatives a schema offers, references followed; itself where it offers none. */
export function branches(schema: JsonSchema): readonly JsonSchema[] {
  const definition = schema[referred];
  if (definition) return branches(definition);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.flatMap(branches);
  return schema.allOf ? schema.allOf.flatMap(branches) : [schema];
}

/** Keys an object of this schema may have. */
export function keysOf(schema: JsonSchema): string[] {
  return [...new Set(branches(schema).flatMap((branch) => Object.keys(branch.properties ?? {})))];
}

/** The schemas that may apply at a path inside; empty where nothing is known. */
export function schemasAt(schema: JsonSchema, path: readonly PropertyKey[]): readonly JsonSchema[] {
  const [step, ...rest] = path;
  if (step === undefined) return branches(schema);
  return branches(schema).flatMap((branch) => {
    const property = branch.properties?.[String(step)];
    if (property) return schemasAt(property, rest);
    if (typeof branch.additionalProperties === 'object') return schemasAt(branch.additionalProperties, rest);
    if (Array.isArray(branch.items)) {
      const item = (branch.items as readonly JsonSchema[])[Number(step)];
      return item ? schemasAt(item, rest) : [];
    }
    return branch.items && !Array.isArray(branch.items) ? schemasAt(branch.items as JsonSchema, rest) : [];
  });
}
