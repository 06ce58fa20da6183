import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scratchFolder } from '../support/scratch.js';
import { boxes } from './import-table.js';
import { root } from './sources.js';

let copy: string;
let remove: () => Promise<void>;

/** A program of `node_modules/.bin` in the copy: what it said, and whether it was content. */
function run(program: string, ...args: string[]): Promise<{ readonly isContent: boolean; readonly said: string }> {
  return new Promise((resolve) => {
    execFile(join(root, 'node_modules', '.bin', program), args, { cwd: copy }, (error, out, err) =>
      resolve({ isContent: error === null, said: out + err }),
    );
  });
}

/** What `program` says of the copy while one file of it is changed. */
async function whileChanged(
  path: string,
  change: (text: string) => string,
  program: string,
  ...args: string[]
): Promise<{ readonly isContent: boolean; readonly said: string }> {
  const file = join(copy, path);
  const text = await readFile(file, 'utf8');
  await writeFile(file, change(text));
  try {
    return await run(program, ...args);
  } finally {
    await writeFile(file, text);
  }
}

const adding = (line: string) => (text: string) => `${text}${line}\n`;

beforeAll(async () => {
  ({ folder: copy, remove } = await scratchFolder());
  const parts = [...Object.keys(boxes), 'tsconfig.base.json', '.oxlintrc.json', 'package.json'];
  for (const part of parts) await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await mkdir(join(copy, 'test'));
  await writeFile(join(copy, 'test', 'case.ts'), 'export const wanted = 1;\n');
  expect(await run('tsc', '-b', 'gateway/runtime', 'gateway/pool', 'firmware-sim')).toEqual({
    isContent: true,
    said: '',
  });
}, 120_000);
afterAll(() => remove());

describe('the compiler refuses an import', () => {
  test.each([
    ['upwards', 'gateway/contract/json.ts', '../journal/index.js'],
    ['of a sibling', 'gateway/journal/record.ts', '../sinks/index.js'],
    ['of the runtime by the configuration', 'config/index.ts', '../gateway/runtime/index.js'],
    ['of the console by the runtime', 'gateway/runtime/index.ts', '../console/index.js'],
    ['of the simulated field', 'gateway/runtime/index.ts', '../../firmware-sim/index.js'],
    ['of a codec by the simulated field', 'firmware-sim/random.ts', '../drivers/index.js'],
    ['of a test', 'gateway/pool/source.ts', '../../test/case.js'],
  ])('%s', async (_, file, what) => {
    const box = Object.keys(boxes).find((one) => file.startsWith(`${one}/`)) as string;
    const { isContent, said } = await whileChanged(file, adding(`import '${what}';`), 'tsc', '-b', box);
    expect(isContent).toBe(false);
    expect(said).toMatch(new RegExp(`${file.replaceAll('.', '\\.')}\\(\\d+,\\d+\\): error TS(6059|6307)`));
  });

  test('and a sentence that lacks its translation', async () => {
    const lacking = (text: string) => text.replace(/^ {4}notText: .*\n/m, '');
    const { isContent, said } = await whileChanged('config/messages/zh.ts', lacking, 'tsc', '-b', 'config');
    expect(isContent).toBe(false);
    expect(said).toContain('problem.notText: missing');
  });
});

describe('the linter refuses', () => {
  test.each([
    ['a driver that imports another', 'drivers/modbus/bcd.ts', "import '../opcua/index.js';", 'no-restricted-imports'],
    [
      'a sink that imports another',
      'gateway/sinks/mqtt/messages.ts',
      "import '../pool/index.js';",
      'no-restricted-imports',
    ],
    ['a circle of imports', 'gateway/contract/frame-builder.ts', "import './index.js';", 'no-cycle'],
    ['a default export', 'gateway/contract/json.ts', 'export default 1;', 'no-default-export'],
    ['`any`', 'gateway/contract/json.ts', 'export const one = (all: any) => all;', 'no-explicit-any'],
    ['words past the log', 'gateway/contract/json.ts', "console.log('here');", 'no-console'],
  ])('%s', async (_, file, line, rule) => {
    const folder = file.slice(0, file.lastIndexOf('/'));
    const { isContent, said } = await whileChanged(file, adding(line), 'oxlint', '--quiet', folder);
    expect(isContent).toBe(false);
    expect(said).toContain(rule);
  });
});
