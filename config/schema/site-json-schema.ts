import type { Registries } from '../registries.js';
import { definitionsOf, type JsonSchema, named, toJson } from './json.js';
import { mergeHalves } from './merge.js';
import { inlineProfileSchema, tagSchema } from './profile-schema.js';
import { classSchema } from './alarm-schema.js';
import { shareEqual } from './share-equal.js';
import { deviceSchema, linkSchema, ruleSchema, sinkSchema, siteSchema } from './site-schema.js';

const draft = 'http://json-schema.org/draft-07/schema#';

/** One schema, or any of several. */
const anyOf = (alternatives: readonly JsonSchema[]): JsonSchema =>
  alternatives.length === 1 ? (alternatives[0] as JsonSchema) : { anyOf: alternatives };

/** The common half with the half of each kind; `type` tells them apart. Each is a definition: `limit.rule`. */
function kinds(part: string, common: JsonSchema, halves: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const alternatives = Object.entries(halves).map(([name, own]) =>
    named(`${name}.${part}`, mergeHalves(withProperty(common, 'type', { const: name, type: 'string' }), own)),
  );
  return anyOf(alternatives);
}

const withProperty = (schema: JsonSchema, key: string, property: JsonSchema): JsonSchema => ({
  ...schema,
  properties: { ...schema.properties, [key]: { ...schema.properties?.[key], ...property } },
});

function withPropertyAt(schema: JsonSchema, [key, ...rest]: readonly string[], property: JsonSchema): JsonSchema {
  if (key === undefined) return schema;
  const inner = schema.properties?.[key] ?? {};
  return withProperty(schema, key, rest.length === 0 ? property : withPropertyAt(inner, rest, property));
}

/**
 * The common half of a rule; what suppresses its alarms is written as in a rule of type `compound`. It has a description
 * of its own, and beside a bare reference draft 7 sees none.
 */
function ruleJson(registries: Registries): JsonSchema {
  const { compound } = registries.rules;
  const condition = compound && toJson(compound.config).properties?.['when'];
  if (!condition) return toJson(ruleSchema);
  return ['when', 'unless'].reduce(
    (rule, key) => withPropertyAt(rule, ['alarm', 'suppress', key], { allOf: [condition] }),
    toJson(ruleSchema),
  );
}

/** The same map, with what its entries must be. */
function entries(schema: JsonSchema, key: string, entry: JsonSchema): JsonSchema {
  const map = schema.properties?.[key] ?? {};
  return withProperty(schema, key, { ...map, additionalProperties: entry });
}

const mapValues = <In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** The driver's half of a device, which its profile and its line may share out between them as they like. */
function deviceHalf({ device }: Registries['drivers'][string]): JsonSchema {
  const { required: _required, ...half } = toJson(device);
  return half;
}

/** Of each driver what its definitions are called by: `modbus.link`, `modbus.device`, `modbus.profile`, `modbus.tag`. */
function eachDriver(
  { drivers }: Registries,
  part: string,
  partOf: (driver: Registries['drivers'][string], name: string) => JsonSchema,
): JsonSchema {
  return anyOf(Object.entries(drivers).map(([name, driver]) => named(`${name}.${part}`, partOf(driver, name))));
}

const spokenBy = (schema: JsonSchema, name: string): JsonSchema =>
  withProperty(schema, 'driver', { const: name, type: 'string' });

function profileJson(registries: Registries): JsonSchema {
  const common = toJson(inlineProfileSchema);
  return eachDriver(registries, 'profile', (driver, name) => {
    const tag = mergeHalves(toJson(tagSchema), toJson(driver.tag));
    const half = withProperty(common, 'device', deviceHalf(driver));
    return spokenBy(entries(half, 'tags', named(`${name}.tag`, tag)), name);
  });
}

function linkJson(registries: Registries): JsonSchema {
  return eachDriver(registries, 'link', (driver, name) => {
    const device = mergeHalves(toJson(deviceSchema), deviceHalf(driver));
    const common = entries(toJson(linkSchema), 'devices', named(`${name}.device`, device));
    return mergeHalves(spokenBy(common, name), toJson(driver.link));
  });
}

/** JSON Schema (draft 7) of the site file: what may be written, with every default and description. */
export function spelledOut(registries: Registries): JsonSchema {
  const rules = kinds(
    'rule',
    ruleJson(registries),
    mapValues(registries.rules, (rule) => toJson(rule.config)),
  );
  const sinks = kinds(
    'sink',
    toJson(sinkSchema),
    mapValues(registries.sinks, (sink) => toJson(sink.config)),
  );
  const inline = profileJson(registries);
  const [listed = {}, byName = {}] = toJson(siteSchema).properties?.['profiles']?.anyOf ?? [];
  const profiles = { anyOf: [listed, { ...byName, additionalProperties: inline }] };
  let schema = withProperty(toJson(siteSchema), 'profiles', profiles);
  const classes = toJson(classSchema);
  for (const [key, entry] of Object.entries({ links: linkJson(registries), rules, classes, sinks })) {
    schema = entries(schema, key, entry);
  }
  return { $schema: draft, title: 'Sluice site', ...schema, definitions: definitionsOf(schema) };
}

/** The same with what is equal written once: editors read all of it again and again. */
export const siteJsonSchema = (registries: Registries): JsonSchema => shareEqual(spelledOut(registries));
