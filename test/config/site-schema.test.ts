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

test('conditions are described wherever they may stand', () => {
  const { definitions } = JSON.parse(siteJsonSchema()) as { definitions: Record<string, JsonSchema> };
  expect(definitions['compound.rule']?.properties?.['when']).toEqual({ $ref: '#/definitions/condition' });
  const suppress = definitions['rule.alarm']?.properties?.['suppress']?.properties;
  for (const condition of [suppress?.['when'], suppress?.['unless']]) {
    expect(condition?.allOf).toEqual([{ $ref: '#/definitions/condition' }]);
    expect(condition?.description).toMatch(/\w/);
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
