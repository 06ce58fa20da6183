import { parseBytes, parseDuration, type Text } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import { branches, type JsonSchema } from '../schema/json.js';

/** A value as it is written on one line of YAML. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${key}: ${inline(one)}`)
      .join(', ')} }`;
  }
  return String(value);
}

/** Something valid for a schema, to be shown; undefined where nothing sensible can be made up. */
export function exampleOf(schemas: readonly JsonSchema[]): string | undefined {
  for (const schema of schemas.flatMap(branches)) {
    const given = schema.examples?.[0] ?? schema.const ?? schema.enum?.[0] ?? schema.default;
    if (given !== undefined) return inline(given);
  }
  const [schema] = schemas.flatMap(branches);
  if (schema?.type === 'object' && (schema.required ?? []).length > 0) {
    const pairs = (schema.required ?? []).map((key) => [key, exampleOf([schema.properties?.[key] ?? {}]) ?? '…']);
    return inline(Object.fromEntries(pairs));
  }
  const samples: Readonly<Record<string, string>> = {
    integer: String(Math.max(Number(schema?.['minimum'] ?? 1), 1)),
    boolean: 'true',
  };
  return samples[schema?.type ?? ''];
}

/** A secret is a reference; where one is wanted, nothing that was written is ever shown. */
export const isSecretPlace = (schemas: readonly JsonSchema[]): boolean =>
  schemas.some((schema) => schema.properties?.['env'] !== undefined) &&
  schemas.some((schema) => schema.properties?.['file'] !== undefined);

const samplesOf = (schemas: readonly JsonSchema[]): string[] =>
  schemas
    .flatMap(branches)
    .flatMap((schema) => [...(schema.examples ?? []), schema.default])
    .filter((sample) => typeof sample === 'string');

export const wantsDuration = (schemas: readonly JsonSchema[]): boolean =>
  samplesOf(schemas).some((sample) => parseDuration(sample) !== undefined);

export const wantsBytes = (schemas: readonly JsonSchema[]): boolean =>
  samplesOf(schemas).some((sample) => parseBytes(sample) !== undefined);

/** `a number`, `a list or a text`: what kind of value these schemas take. */
export function kindOf(schemas: readonly JsonSchema[]): Text {
  const all = new Set(schemas.flatMap(branches).map((schema) => schema.type ?? ''));
  const types = [...all].filter((type) => type !== 'integer' || !all.has('number'));
  return text(({ kind }) => {
    const names: Readonly<Record<string, () => string>> = {
      string: kind.text,
      number: kind.number,
      integer: kind.integer,
      boolean: kind.boolean,
      array: kind.list,
      object: kind.section,
    };
    const told = types.map((type) => (names[type] ?? kind.value)());
    const [first = kind.value(), ...others] = told;
    return others.reduce((all, other) => kind.either({ first: all, second: other }), first);
  });
}

/** What to write in the place of a value: something valid where it can be made up, else the kind of it. */
export function exampleRemedy(schemas: readonly JsonSchema[]): Text {
  const example = exampleOf(schemas);
  return text(({ remedy }) =>
    example === undefined ? remedy.writeKind({ kind: kindOf(schemas) }) : remedy.writeLike({ example }),
  );
}
