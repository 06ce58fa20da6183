import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { formatProblem, loadSite } from '../../config/index.js';
import { memoryIo } from './fakes.js';
import { mutationsOf } from './mutations.js';

const demo = readFileSync(join('config', 'examples', 'demo', 'site.yaml'), 'utf8');
const profiles = Object.fromEntries(
  readdirSync(join('config', 'profiles')).map((file) => [
    `shipped/${file}`,
    readFileSync(join('config', 'profiles', file)),
  ]),
);

const stillValidFile = join('test', 'config', 'mutations-still-valid.txt');

test('whatever is changed in the demonstration site, the changed line is named or the site is still right', async () => {
  const stillValid: string[] = [];
  const unnamed: string[] = [];
  let count = 0;
  for (const { label, text, lines } of mutationsOf(demo)) {
    count += 1;
    const { problems } = await loadSite('site.yaml', memoryIo({ 'site.yaml': text, ...profiles }));
    const named = problems.flatMap((problem) => [problem, ...problem.related].map((place) => place.line));
    if (problems.length === 0) stillValid.push(label);
    else if (!named.some((line) => lines.includes(line))) {
      unnamed.push(`${label} (${lines.join(' or ')}):\n${problems.map((one) => formatProblem(one, 'en')).join('\n')}`);
    }
  }
  if (process.env['SLUICE_UPDATE_GOLDEN']) writeFileSync(stillValidFile, `${stillValid.join('\n')}\n`);
  expect(unnamed.join('\n\n')).toBe('');
  expect(count).toBeGreaterThan(800);
  expect(`${stillValid.join('\n')}\n`).toBe(readFileSync(stillValidFile, 'utf8'));
}, 120_000);
