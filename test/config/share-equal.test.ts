import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { registries, siteJsonSchema } from '../../config/index.js';
import type { JsonSchema } from '../../config/schema/json.js';
import { shareEqual } from '../../config/schema/share-equal.js';
import { spelledOut } from '../../config/schema/site-json-schema.js';
import { writtenOut } from './written-out.js';

/** What a file that editors read over and over may have. */
const bytesMax = 150_000;

const long = 'Longer than what is written again rather than referred to: sixty characters and more';

const settings: fc.Arbitrary<JsonSchema> = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 5 },
    fc.record({ type: fc.constantFrom('string', 'number'), description: fc.constantFrom('short', long, `${long}.`) }),
    fc.constant({ description: long, examples: [{ type: 'string', description: long }], default: { items: long } }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.constantFrom('unit', 'items', 'properties', 'a/b~c', '名称', ''), tie('schema')),
      additionalProperties: fc.oneof(fc.constant(false), tie('schema')),
    }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ items: fc.oneof(tie('schema'), fc.array(tie('schema'), { maxLength: 2 })) }),
  ),
})).schema;

describe('sharing what is equal', () => {
  test('changes nothing that is meant, whatever the schema', () => {
    const documents = fc.record({
      properties: fc.dictionary(fc.constantFrom('site', 'links', 'rules'), settings),
      definitions: fc.dictionary(fc.constantFrom('modbus.tag', 'limits.rule', 'site.unit'), settings),
    });
    fc.assert(
      fc.property(documents, (schema) => {
        const shared = shareEqual(schema);
        expect(writtenOut(shared)).toEqual(writtenOut(schema));
        for (const [name, definition] of Object.entries(schema.definitions)) {
          const told = { ...shared, properties: { it: { $ref: `#/definitions/${name}` } } };
          expect(writtenOut(told)).toMatchObject({ properties: { it: definition } });
        }
      }),
    );
  });

  test('writes what is long and stands in two places once, under the words that lead to it', () => {
    const unit = { type: 'string', description: long };
    const { properties, definitions } = shareEqual({
      properties: { a: { properties: { unit } }, b: { items: unit }, c: { type: 'string', description: 'short' } },
    });
    expect(definitions).toEqual({ 'site.b-each': unit });
    const reference = { $ref: '#/definitions/site.b-each' };
    expect(properties).toEqual({
      a: { properties: { unit: reference } },
      b: { items: reference },
      c: { type: 'string', description: 'short' },
    });
  });

  test('calls what several parts have after the part alone, and what would have the same name by more words', () => {
    const tag = { description: long };
    const other = { description: `${long}!` };
    const { definitions } = shareEqual({
      properties: {},
      definitions: {
        'modbus.tag': { title: 'modbus', properties: { unit: tag } },
        'mqtt.tag': { title: 'mqtt', properties: { unit: tag } },
        'hj212.tag': { title: 'hj212', properties: { unit: other } },
        'http.tag': { title: 'http', properties: { unit: other } },
      },
    });
    expect(Object.entries(definitions ?? {}).filter(([, { description }]) => description !== undefined)).toEqual([
      ['hj212.tag.unit', other],
      ['tag.unit', tag],
    ]);
  });
});

describe('the schema of the site file', () => {
  const text = siteJsonSchema();
  const shared = JSON.parse(text) as JsonSchema & { readonly definitions: Readonly<Record<string, JsonSchema>> };
  const names = Object.keys(shared.definitions);

  test('means what it means spelled out: every description, default and example', () => {
    expect(writtenOut(shared)).toEqual(writtenOut(JSON.parse(JSON.stringify(spelledOut(registries))) as JsonSchema));
  });

  test('is small enough to be read on each keystroke', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(bytesMax);
  });

  test('has a definition of each part of each driver, rule and sink, and none that nothing refers to', () => {
    const { drivers, rules, sinks } = registries;
    const parts = Object.keys(drivers).flatMap((name) =>
      ['link', 'device', 'profile', 'tag'].map((part) => `${name}.${part}`),
    );
    const kinds = [
      ...Object.keys(rules).map((name) => `${name}.rule`),
      ...Object.keys(sinks).map((name) => `${name}.sink`),
    ];
    expect(names).toEqual(expect.arrayContaining([...parts, ...kinds]));
    expect(names.filter((name) => !text.includes(`"#/definitions/${name}"`))).toEqual([]);
    expect(names.filter((name) => !/^[\w-]+(?:\.[\w-]+)*$/.test(name))).toEqual([]);
  });

  test('has each setting of a definition on a line of its own', () => {
    expect(text).toContain('\n    "longestRead": {"$ref":"#/definitions/device.longestRead"},\n');
  });
});
