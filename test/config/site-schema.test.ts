import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { siteJsonSchema } from '../../config/index.js';
import { alarmSchema, alarmsSchema, classSchema } from '../../config/schema/alarm-schema.js';
import { type JsonSchema, toJson } from '../../config/schema/json.js';
import { derivedSchema, profileSchema, tagSchema } from '../../config/schema/profile-schema.js';
import { deviceSchema, linkSchema, ruleSchema, sinkSchema, siteSchema } from '../../config/schema/site-schema.js';

const file = join('config', 'site.schema.json');

test('config/site.schema.json is what this build would write', () => {
  if (process.env['SLUICE_UPDATE_GOLDEN']) writeFileSync(file, siteJsonSchema());
  expect(readFileSync(file, 'utf8')).toBe(siteJsonSchema());
});

interface Conditioned {
  readonly const?: string;
  readonly properties?: Readonly<Record<string, Conditioned>>;
  readonly anyOf?: readonly Conditioned[];
  readonly additionalProperties?: Conditioned;
  readonly $ref?: string;
}

test('every reference in it leads somewhere, and conditions are described wherever they may stand', () => {
  const schema = JSON.parse(siteJsonSchema()) as Conditioned & {
    readonly definitions: Readonly<Record<string, unknown>>;
  };
  const references = [...siteJsonSchema().matchAll(/"\$ref": "#\/definitions\/([^"]+)"/g)].map(([, name]) => name);
  expect(references.length).toBeGreaterThan(5);
  expect(references.filter((name) => !Object.hasOwn(schema.definitions, name as string))).toEqual([]);
  const rules = schema.properties?.['rules']?.additionalProperties?.anyOf ?? [];
  const compound = rules.find(({ properties }) => properties?.['type']?.const === 'compound')?.properties;
  const suppress = compound?.['alarm']?.properties?.['suppress']?.properties;
  for (const property of [compound?.['when'], suppress?.['when'], suppress?.['unless']]) {
    expect(property?.$ref).toBe('#/definitions/condition');
  }
});

test.each(
  Object.entries({
    alarmSchema,
    alarmsSchema,
    classSchema,
    siteSchema,
    linkSchema,
    deviceSchema,
    ruleSchema,
    sinkSchema,
    profileSchema,
    tagSchema,
    derivedSchema,
  }),
)('every key of %s has words for people', (_, schema) => {
  const silent: string[] = [];
  const walk = (json: JsonSchema, path: string): void => {
    for (const [key, property] of Object.entries(json.properties ?? {})) {
      if (property.description === undefined) silent.push(`${path}.${key}`);
      walk(property, `${path}.${key}`);
    }
  };
  walk(toJson(schema), '');
  expect(silent).toEqual([]);
});
