import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { codeFolders, filesBelow, root, textOf } from './sources.js';

/** What git keeps; in a copy without git, what a clone would hold. */
function tracked(): string[] {
  if (existsSync(join(root, '.git'))) {
    const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root });
    return listed
      .toString()
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(root, path)));
  }
  const top = readdirSync(root).filter((name) => statSync(join(root, name)).isFile());
  return [...top, '.ci/run', ...codeFolders.flatMap(filesBelow)];
}

const texts = tracked()
  .filter((path) => /\.(ts|js|cjs|mjs|c|json|ya?ml|md|html|css|txt)$|^\.[^/]*$|^\.ci\//.test(path))
  .map((path) => [path, textOf(path)] as const);

const linesWith = (pattern: RegExp): string[] =>
  texts.flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );

test('no file names the host of a package registry or a mirror: each machine has its own', () => {
  expect(linesWith(/\/\/(registry|deb|security|ftp|mirrors?|proxy|repo1?|index|static)\.[a-z]/)).toEqual([]);
});

test('no file names a folder of the machine it was written on', () => {
  expect(linesWith(/(^|[^\w.:/-])\/(work|home|root|Users)\/[\w.]/)).toEqual([]);
});

test('no file holds a conflict, or words about what is still to do', () => {
  expect(linesWith(/^(<{7}|>{7}) /)).toEqual([]);
  // DL/T 645 writes the form of a number as `X{3}.X`: three in a row beside a decimal point are digits.
  expect(linesWith(/\b(TO(?:)DO|FIX(?:)ME|(?<!\.)X{3}(?!\.))\b/)).toEqual([]);
});
