import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { formatProblem, loadSite } from '../../config/index.js';
import { memoryIo } from './fakes.js';
import { mutationsOf } from './mutations.js';
import { shippedSiteFiles } from './shipped-site-files.js';

const sites = shippedSiteFiles('.');
const profiles = Object.fromEntries(
  readdirSync(join('config', 'profiles')).map((file) => [
    `shipped/${file}`,
    readFileSync(join('config', 'profiles', file)),
  ]),
);

// The demonstration is long: every fourth change is tried here, all of them by `npm run prove -- site-files`.
test.each([
  ['demo', 500, 4],
  ['readme', 300, 1],
] as const)(
  'whatever is changed in the %s site, the changed line is named or the site is still right',
  async (name, atLeast, each) => {
    const tried = [...mutationsOf(sites[name])].filter((_, index) => index % each === 0);
    const stillValid: string[] = [];
    const unnamed: string[] = [];
    let count = 0;
    for (const { label, text, lines } of tried) {
      count += 1;
      const { problems } = await loadSite('site.yaml', memoryIo({ 'site.yaml': text, ...profiles }));
      const named = problems.flatMap((problem) => [problem, ...problem.related].map((place) => place.line));
      if (problems.length === 0) stillValid.push(label);
      else if (!named.some((line) => lines.includes(line))) {
        unnamed.push(
          `${label} (${lines.join(' or ')}):\n${problems.map((one) => formatProblem(one, 'en')).join('\n')}`,
        );
      }
    }
    const stillValidFile = join('test', 'config', `mutations-still-valid-${name}.txt`);
    if (process.env['SLUICE_UPDATE_GOLDEN']) writeFileSync(stillValidFile, `${stillValid.join('\n')}\n`);
    expect(unnamed.join('\n\n')).toBe('');
    expect(count).toBeGreaterThan(atLeast);
    expect(`${stillValid.join('\n')}\n`).toBe(readFileSync(stillValidFile, 'utf8'));
  },
  120_000,
);
