import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse, parseDocument } from 'yaml';
import { loadSite, registries, siteJsonSchema } from '../../config/index.js';
import { type EditorCheck, editorCheck } from './editor-check.js';
import { memoryIo } from './fakes.js';
import { mutationsOf } from './mutations.js';
import { shippedSiteFiles } from './shipped-site-files.js';

let check: EditorCheck;

beforeAll(async () => {
  check = await editorCheck(JSON.parse(siteJsonSchema()) as object);
});

const profiles = Object.fromEntries(
  readdirSync(join('config', 'profiles'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, readFileSync(join('config', 'profiles', file), 'utf8')]),
);
const shipped = Object.fromEntries(Object.entries(profiles).map(([file, text]) => [`shipped/${file}`, text]));
const everyDriver = readFileSync(join('test', 'config', 'every-driver.yaml'), 'utf8');
const golden = join('test', 'golden', 'site-files');
const fixed = readdirSync(golden).map(
  (name) => [name, readFileSync(join(golden, name, 'fixed.yaml'), 'utf8')] as const,
);
const right = { ...shippedSiteFiles('.'), everyDriver };

const problemsOf = async (text: string) =>
  (await loadSite('site.yaml', memoryIo({ 'site.yaml': text, ...shipped }))).problems.map(({ what }) => what.en);

describe('what an editor is told is right', () => {
  test('a site of every driver, rule and sink of this build', async () => {
    const { links } = parse(everyDriver) as { links: Record<string, { driver: string }> };
    expect(new Set(Object.values(links).map(({ driver }) => driver))).toEqual(new Set(Object.keys(registries.drivers)));
    expect(await problemsOf(everyDriver)).toEqual([]);
  });

  test.each([...Object.entries(right), ...fixed])('the site file %s', (_, text) => {
    expect(check('#', parse(text))).toEqual([]);
  });

  test.each(Object.entries(profiles))('the profile %s', (_, text) => {
    const { version: _version, profile: _profile, driver, ...rest } = parse(text) as Record<string, unknown>;
    expect(check(`#/definitions/${String(driver)}.profile`, { driver, ...rest })).toEqual([]);
  });

  test('whatever Sluice takes, among all changes to the site file of the README', async () => {
    const taken: string[] = [];
    const refused: string[] = [];
    for (const { label, text } of mutationsOf(right.readme)) {
      const document = parseDocument(text);
      if (document.errors.length > 0 || (await problemsOf(text)).length > 0) continue;
      taken.push(label);
      if (check('#', document.toJS()).length > 0) refused.push(label);
    }
    expect(taken.length).toBeGreaterThan(20);
    expect(refused).toEqual([]);
  });
});

/** Where in the site of every driver something is put that may not stand there. */
const wrong: readonly (readonly [path: string, value: unknown])[] = [
  ['version', 2],
  ['site.id', ''],
  ['site.kind', 'farm'],
  ['site.colour', 'red'],
  ['profiles.kiln.driver', 'opc-ua'],
  ['profiles.kiln.poll', '1 second'],
  ['profiles.kiln.tags.temperature.range', [0, 'hot']],
  ['profiles.kiln.tags.temperature.register', 'holding 1'],
  ['profiles.kiln.derived.wear.curve', [[0, 0]]],
  ['links.barn.framing', 'ascii8'],
  ['links.barn.serial.parity', 'sometimes'],
  ['links.barn.probeShare', 1.5],
  ['links.barn.devices.climate-1.unit', 'one'],
  ['links.barn.devices.climate-1.topic', 'farm/1'],
  ['links.water.dialIn.registration', 7],
  ['links.gate.devices.scale-1.maxAge', 2],
  ['links.boundary.setClock', 'perhaps'],
  ['links.reservoirs.devices.rain-1.answer', 'shout'],
  ['links.canals.callersMax', 0],
  ['links.air.password', 'written in clear'],
  ['links.plant.ca', { path: '/etc/sluice/ca.pem' }],
  ['links.kilns.endpoint', 'http://192.168.1.30'],
  ['links.kilns.user', { name: 'sluice' }],
  ['links.mine.states.1', 'burning'],
  ['links.weather.every', '10 minutes or so'],
  ['rules.kiln-hot.devices', []],
  ['rules.kiln-hot.H', { curve: 'steep' }],
  ['rules.kiln-hot.alarm.respondWithin', 10],
  ['rules.kiln-hot.alarm.suppress', { when: { tag: 7 } }],
  ['sinks.store.deadband.tags.temperature', -1],
  ['sinks.out.order', 'random'],
];

describe('what an editor is told is wrong', () => {
  test.each(wrong)('%s: %j', async (path, value) => {
    const document = parseDocument(everyDriver);
    document.setIn(path.split('.'), document.createNode(value));
    expect(await problemsOf(String(document))).not.toEqual([]);
    expect(check('#', document.toJS())).not.toEqual([]);
  });
});
