import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { scratchFolder } from '../../support/scratch.js';
import { sluice } from './sluice.js';

test("the README's site file is in order, and what the README prints is what is printed", async () => {
  const readme = await readFile('README.md', 'utf8');
  const yaml = /```yaml\n(.*?)```/s.exec(readme)?.[1] as string;
  const { folder, remove } = await scratchFolder();
  await writeFile(join(folder, 'site.yaml'), yaml);
  const { code, out } = await sluice(['check', 'site.yaml'], { cwd: folder });
  await remove();
  expect(code).toBe(0);
  expect(readme).toContain(`$ npx sluice check site.yaml\n${out}`);
});

test('the README names every command', async () => {
  const readme = await readFile('README.md', 'utf8');
  const { out } = await sluice(['--help']);
  const commands = [...out.matchAll(/^ {2}([a-z]+)(?: <| {2})/gm)].map(([, name]) => name as string);
  expect(commands.length).toBeGreaterThan(15);
  for (const command of commands) expect(readme).toContain(`\`sluice ${command}`);
});
