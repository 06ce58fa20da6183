import { z } from 'zod';

/** JSON Schema as far as it is walked here. */
export interface JsonSchema {
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

const converted = new WeakMap<z.ZodType, JsonSchema>();

/** What may be written for this schema, as JSON Schema (draft 7). Converted once. */
export function toJson(schema: z.ZodType): JsonSchema {
  const known = converted.get(schema);
  if (known) return known;
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
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
  converted.set(schema, json as JsonSchema);
  return json as JsonSchema;
}

/** The alternatives a schema offers; itself where it offers none. */
export function branches(schema: JsonSchema): readonly JsonSchema[] {
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
