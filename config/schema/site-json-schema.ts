import type { Registries } from '../registries.js';
import { definitionsOf, type JsonSchema, toJson } from './json.js';
import { mergeHalves } from './merge.js';
import { inlineProfileSchema, tagSchema } from './profile-schema.js';
import { classSchema } from './alarm-schema.js';
import { deviceSchema, linkSchema, ruleSchema, sinkSchema, siteSchema } from './site-schema.js';

const draft = 'http://json-schema.org/draft-07/schema#';

/** The common half with the half of each kind; `key` tells them apart. */
function kinds(common: JsonSchema, key: string, halves: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const alternatives = Object.entries(halves).map(([name, own]) =>
    mergeHalves(withProperty(common, key, { const: name, type: 'string' }), own),
  );
  return alternatives.length === 1 ? (alternatives[0] as JsonSchema) : { anyOf: alternatives };
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

/** The common half of a rule; what suppresses its alarms is written as in a rule of type `compound`. */
function ruleJson(registries: Registries): JsonSchema {
  const { compound } = registries.rules;
  const condition = compound && toJson(compound.config).properties?.['when'];
  if (!condition) return toJson(ruleSchema);
  return ['when', 'unless'].reduce(
    (rule, key) => withPropertyAt(rule, ['alarm', 'suppress', key], condition),
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

function profileJson(registries: Registries): JsonSchema {
  const common = toJson(inlineProfileSchema);
  const tags = mapValues(registries.drivers, (driver) => mergeHalves(toJson(tagSchema), toJson(driver.tag)));
  const alternatives = Object.entries(registries.drivers).map(([name, driver]) => {
    const half = withProperty(common, 'device', deviceHalf(driver));
    return withProperty(entries(half, 'tags', tags[name] as JsonSchema), 'driver', { const: name, type: 'string' });
  });
  return alternatives.length === 1 ? (alternatives[0] as JsonSchema) : { anyOf: alternatives };
}

function linkJson(registries: Registries): JsonSchema {
  const alternatives = Object.entries(registries.drivers).map(([name, driver]) => {
    const device = mergeHalves(toJson(deviceSchema), deviceHalf(driver));
    const common = withProperty(entries(toJson(linkSchema), 'devices', device), 'driver', {
      const: name,
      type: 'string',
    });
    return mergeHalves(common, toJson(driver.link));
  });
  return alternatives.length === 1 ? (alternatives[0] as JsonSchema) : { anyOf: alternatives };
}

/** JSON Schema (draft 7) of the site file, for editors: what may be written, with every default and description. */
export function siteJsonSchema(registries: Registries): JsonSchema {
  const rules = kinds(
    ruleJson(registries),
    'type',
    mapValues(registries.rules, (rule) => toJson(rule.config)),
  );
  const sinks = kinds(
    toJson(sinkSchema),
    'type',
    mapValues(registries.sinks, (sink) => toJson(sink.config)),
  );
  const inline = profileJson(registries);
  const [listed = {}, named = {}] = toJson(siteSchema).properties?.['profiles']?.anyOf ?? [];
  const profiles = { anyOf: [listed, { ...named, additionalProperties: inline }] };
  let schema = withProperty(toJson(siteSchema), 'profiles', profiles);
  const classes = toJson(classSchema);
  for (const [key, entry] of Object.entries({ links: linkJson(registries), rules, classes, sinks })) {
    schema = entries(schema, key, entry);
  }
  return { $schema: draft, title: 'Sluice site', ...schema, definitions: definitionsOf(schema) };
}
