import { describe, expect, test } from '@jest/globals';
import { declared } from '../../../drivers/declared/index.js';
import { type Registries, registries, siteLoader } from '../../../config/index.js';
import { siteJsonSchema } from '../../../config/schema/site-json-schema.js';
import { memoryIo } from '../../config/fakes.js';

const withDeclared = { ...registries, drivers: { ...registries.drivers, declared } } as unknown as Registries;

const site = (pattern: string, field: string) => `version: 1
site: { id: gate }
profiles:
  truck-scale:
    driver: declared
    poll: 1s
    tags:
      gross: { field: ${field}, stable: { flag: state, is: ST }, unit: kg, resolution: 20, range: [0, 80000] }
      standing: { field: state, is: ST }
links:
  gate:
    driver: declared
    address: serial:/dev/ttyS1
    serial: { baud: 4800, parity: even, dataBits: 7 }
    devices:
      scale-1:
        profile: truck-scale
        maxAge: 2s
        messages:
          weight: { kind: text, pattern: "${pattern}" }
context: {}
`;

const load = (text: string) => siteLoader(withDeclared)('site.yaml', memoryIo({ 'site.yaml': text }));

describe('a site with a declared protocol', () => {
  test('is one without problems', async () => {
    const { site: loaded, problems } = await load(site('{state:text:2},GS,{gross}kg', 'gross'));
    expect(problems).toEqual([]);
    expect(loaded?.links[0]?.devices[0]?.groups[0]?.tags.map(({ name, type }) => [name, type])).toEqual([
      ['gross', 'number'],
      ['standing', 'boolean'],
    ]);
  });

  test.each([
    ['{state:text}{gross}', 'gross', 'weight', 'nothing parts two fields of the pattern'],
    ['{state:text:2},GS,{gross}kg', 'net', 'field: net', '`weight` has no field `net`'],
  ])('%s read for %s is told at its line', async (pattern, field, place, sentence) => {
    const text = site(pattern, field);
    const { problems } = await load(text);
    expect(problems.map(({ what }) => what.en)).toEqual([sentence]);
    const line = text.split('\n')[(problems[0]?.line ?? 0) - 1] ?? '';
    expect(line).toContain(place);
  });

  test('has a JSON Schema', () => {
    expect(JSON.stringify(siteJsonSchema(withDeclared))).toContain('Which field after the name, counted from 1');
  });
});
