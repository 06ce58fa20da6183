import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatProblem, loadSite, type SiteProblem } from '../../config/index.js';
import { decodeText } from '../../config/source/decode.js';

const root = join('test', 'golden', 'site-files');
const folders = readdirSync(root).sort();

const told = (problems: readonly SiteProblem[], folder: string): string =>
  problems
    .flatMap((problem) => (['zh', 'en'] as const).map((language) => formatProblem(problem, language)))
    .join('\n')
    .replaceAll(`${folder}/`, '')
    .concat('\n');

function linesOf(file: string): string[] {
  const decoded = decodeText(readFileSync(file));
  if (!('text' in decoded)) throw new Error(`${file} is no text`);
  return decoded.text.replace(/^\ufeff/, '').split(/\r?\n/);
}

/** Lines of `before`, from 1, that are not in `after` (longest common subsequence), or before which lines were put. */
function changedLines(before: readonly string[], after: readonly string[]): number[] {
  const common = Array.from({ length: before.length + 1 }, () => after.concat('').map(() => 0));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      (common[i] as number[])[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const changed = new Set<number>();
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    if (i < before.length && j < after.length && before[i] === after[j]) [i, j] = [i + 1, j + 1];
    else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) changed.add((i += 1));
    else {
      // A line put in is due to the line it follows, unless that one was replaced.
      if (!changed.has(i)) changed.add(i);
      j += 1;
    }
  }
  return [...changed];
}

test('there are 56 of them, twenty and more of Chinese typing', () => {
  expect(folders).toHaveLength(56);
  const chinese = /full-width|tab-|wide-space|celsius|chinese/;
  expect(folders.filter((folder) => chinese.test(folder)).length).toBeGreaterThanOrEqual(20);
});

describe.each(folders)('%s', (name) => {
  const folder = join(root, name);

  test('tells exactly what is expected', async () => {
    const { problems, warnings } = await loadSite(join(folder, 'site.yaml'));
    const text = told([...problems, ...warnings], folder);
    const expected = join(folder, 'expected.txt');
    if (process.env['SLUICE_UPDATE_GOLDEN']) writeFileSync(expected, text);
    expect(problems.length).toBeGreaterThan(0);
    expect(text).toBe(readFileSync(expected, 'utf8'));
  });

  test('the fixed file passes and differs only on lines that are named', async () => {
    const fixed = await loadSite(join(folder, 'fixed.yaml'));
    expect(told([...fixed.problems, ...fixed.warnings], folder)).toBe('\n');
    const { problems } = await loadSite(join(folder, 'site.yaml'));
    const named = new Set(problems.map((problem) => problem.line));
    const changed = changedLines(linesOf(join(folder, 'site.yaml')), linesOf(join(folder, 'fixed.yaml')));
    expect(changed.filter((line) => !named.has(line))).toEqual([]);
  });
});
