import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { boxes, boxOf, refusalOf, sideDoors, strangers } from './import-table.js';
import { filesBelow, type Import, importsOf, root, targetOf, textOf } from './sources.js';

const names = Object.keys(boxes);
const sources = names.flatMap(filesBelow).filter((path) => path.endsWith('.ts'));
const imports = sources.flatMap(importsOf);

const imported = (from: string, what: string): Import => ({ from, what, isType: false, isLazy: false });

describe('who may import whom', () => {
  test.each(names)('%s imports itself and what it knows', (box) => {
    const own = imports.filter(({ from }) => boxOf(from) === box);
    expect(own.flatMap((one) => refusalOf(one) ?? [])).toEqual([]);
  });

  test.each(names)('the compiler is told the same of %s', (box) => {
    const { references } = JSON.parse(textOf(`${box}/tsconfig.json`)) as { references: { path: string }[] };
    const up = box
      .split('/')
      .map(() => '../')
      .join('');
    const told = references.map(({ path }) => path.replace(up, ''));
    expect(told.sort()).toEqual([...(boxes[box]?.knows ?? [])].sort());
  });

  test('every source file lies in a box', () => {
    const folders = ['gateway', 'drivers', 'pipelines', 'firmware-sim', 'config'];
    const code = folders.flatMap(filesBelow).filter((path) => path.endsWith('.ts'));
    expect(code.filter((path) => boxOf(path) === undefined)).toEqual([]);
    expect(code).toHaveLength(sources.length);
  });

  test('no arrow points back', () => {
    const reached = (box: string): string[] => (boxes[box]?.knows ?? []).flatMap((one) => [one, ...reached(one)]);
    for (const box of names) expect(reached(box)).not.toContain(box);
  });

  test('the simulated field is known to the command alone', () => {
    expect(names.filter((box) => boxes[box]?.knows.includes('firmware-sim'))).toEqual(['gateway/cli']);
  });

  test('the side doors are all in use', () => {
    const used = new Set(imports.filter((one) => boxOf(targetOf(one) ?? '') !== boxOf(one.from)).map(targetOf));
    expect(Object.keys(sideDoors).filter((door) => !used.has(door))).toEqual([]);
  });
});

describe('an import of each wrong kind is told in words', () => {
  test.each([
    ['upwards', 'gateway/contract/frame.ts', '../journal/index.js', 'does not know gateway/journal'],
    ['a sibling', 'drivers/modbus/poll.ts', '../../pipelines/index.js', 'does not know pipelines'],
    ['through another box', 'gateway/console/server.ts', '../sinks/index.js', 'does not know gateway/sinks'],
    ['the simulated field', 'drivers/index.ts', '../firmware-sim/index.js', 'does not know firmware-sim'],
    ['a codec shared with the field', 'firmware-sim/plant.ts', '../drivers/index.js', 'does not know drivers'],
    ['a test', 'gateway/cli/main.ts', '../../test/support/scratch.js', 'nothing imports a test'],
    ['past the door', 'gateway/cli/main.ts', '../runtime/timeline.js', 'the door of gateway/runtime is its index.ts'],
    ['another driver', 'drivers/modbus/poll.ts', '../opcua/index.js', 'modbus and opcua are strangers'],
    ['another sink', 'gateway/sinks/mqtt/index.ts', '../pool/answers.js', 'mqtt and pool are strangers'],
  ])('%s', (_, from, what, words) => {
    expect(refusalOf(imported(from, what))).toContain(words);
  });

  test('and what is right is not', () => {
    expect(refusalOf(imported('gateway/sinks/mqtt/index.ts', '../json/entry-json.js'))).toBeUndefined();
    expect(refusalOf(imported('gateway/sinks/index.ts', './mqtt/index.js'))).toBeUndefined();
    expect(refusalOf(imported('gateway/cli/main.ts', '../runtime/index.js'))).toBeUndefined();
    expect(refusalOf(imported('config/index.ts', 'zod'))).toBeUndefined();
  });
});

test('the contract needs nothing at run time, but zod for the fields of schemas', () => {
  const needed = imports.filter(
    ({ from, what, isType }) => from.startsWith('gateway/contract/') && !isType && !what.startsWith('.'),
  );
  expect(needed.map(({ from, what }) => `${from}: ${what}`)).toEqual(['gateway/contract/fields.ts: zod']);
});

test('protocol libraries are loaded when they are asked for, so that a box without one never pays for it', () => {
  const heavy = ['aedes', 'influx', 'modbus-serial', 'mqtt', 'serialport'];
  const early = imports.filter(({ what, isType, isLazy }) => heavy.includes(what) && !isType && !isLazy);
  expect(early.map(({ from, what }) => `${from}: ${what}`)).toEqual([]);
});

test('the linter is told that drivers, and that sinks, are strangers', () => {
  const { overrides } = JSON.parse(textOf('.oxlintrc.json')) as {
    overrides: { files: string[]; rules: { 'no-restricted-imports'?: [string, { patterns: string[] }] } }[];
  };
  for (const [family, shared] of Object.entries(strangers)) {
    const own = readdirSync(join(root, family), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !shared.includes(entry.name))
      .map(({ name }) => name);
    for (const one of own) {
      const rule = overrides.find(({ files }) => files.includes(`${family}/${one}/**`))?.rules['no-restricted-imports'];
      const others = own.filter((other) => other !== one).map((other) => `../${other}/*`);
      expect(rule?.[1].patterns ?? []).toEqual(expect.arrayContaining(others));
    }
  }
});
