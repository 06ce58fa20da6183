import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type CellProblem, importRegisterTable, loadSite } from '../../config/index.js';
import { memoryIo } from './fakes.js';

const root = join('test', 'golden', 'register-tables');

const line = (kind: string, { column, row, what, remedy }: CellProblem): string =>
  `${column}${row} ${kind}${what.zh} → ${remedy.zh}\n${column}${row} ${kind}${what.en} → ${remedy.en}\n`;

const site = `version: 1
site: { id: test }
profiles: [imported.yaml]
links: { bus: { driver: modbus, address: tcp://127.0.0.1, devices: { one: { profile: imported, unit: 1 } } } }
`;

describe.each(readdirSync(root).sort())('%s', (name) => {
  const folder = join(root, name);
  const table = readdirSync(folder).find((file) => file.startsWith('table.')) as string;

  function golden(file: string, content: string): void {
    const path = join(folder, file);
    if (process.env['SLUICE_UPDATE_GOLDEN'] && content !== '') writeFileSync(path, content);
    expect(content).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
  }

  test('gives the expected profile, which loads, and names the cells that are wrong', async () => {
    const result = await importRegisterTable(readFileSync(join(folder, table)), { profile: 'imported' });
    const told = [
      ...result.problems.map((problem) => line('', problem)),
      ...result.warnings.map((warning) => line('! ', warning)),
    ];
    golden('expected.txt', told.join(''));
    golden('profile.yaml', result.yaml ?? '');
    if (result.yaml === undefined) return;
    const loaded = await loadSite('site.yaml', memoryIo({ 'site.yaml': site, 'imported.yaml': result.yaml }));
    expect(loaded.problems).toEqual([]);
  });
});
