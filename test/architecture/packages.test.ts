import { describe, expect, test } from '@jest/globals';
import { codeFolders, filesBelow, importsOf, packageOf, textOf } from './sources.js';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(textOf('package.json')) as Manifest;
const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Readonly<Record<string, LockedPackage>> };
const locked = Object.entries(packages).filter(([path]) => path !== '');
const production = locked.filter(([, { dev }]) => dev !== true);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

const typescript = codeFolders.flatMap(filesBelow).filter((path) => path.endsWith('.ts'));
const used = (paths: readonly string[]): Set<string> =>
  new Set(paths.flatMap(importsOf).flatMap((one) => packageOf(one) ?? []));
const usedByProduct = used(typescript.filter((path) => !path.startsWith('test/')));
const usedByTests = used(typescript.filter((path) => path.startsWith('test/')));

/** Packages for development that no file imports, and what they are for. */
const tools: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'formats',
  '@swc/jest': 'compiles tests for jest',
  '@types/node': 'types of Node',
  jest: 'runs the tests',
  oxlint: 'lints',
  'oxlint-tsgolint': 'lints with types',
  typescript: 'compiles',
};

/** Licences under which a part may be shipped with an Apache-2.0 product without further duties than naming it. */
const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense'];

/** Packages whose manifest names no licence: the file in them that tells it, and the words that do. */
const toldInFile: Readonly<Record<string, { readonly file: string; readonly words: string }>> = {
  dequeue: { file: 'LICENSE', words: '2-Clause BSD license' },
  humanize: { file: 'LICENSE', words: 'Permission is hereby granted, free of charge' },
  precond: { file: 'README.md', words: 'This code is free to use under the terms of the [MIT license]' },
};

describe('packages', () => {
  test('the product imports its dependencies, all of them and nothing else', () => {
    expect([...usedByProduct].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  test('tests import what is declared, and every package for development has its use', () => {
    const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
    expect([...usedByTests].filter((name) => !declared.includes(name))).toEqual([]);
    const idle = Object.keys(manifest.devDependencies).filter((name) => !usedByTests.has(name) && !(name in tools));
    expect(idle).toEqual([]);
  });

  test('versions are exact', () => {
    const versions = [...Object.values(manifest.dependencies), ...Object.values(manifest.devDependencies)];
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

describe('the lock file', () => {
  test('names no place to fetch from, so that everyone uses their own registry', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  /** `npm ci` refuses a lock file that lacks one of them, whatever machine it runs on. */
  test('holds every optional part of every package, for other machines too', () => {
    const isLocked = (owner: string, name: string): boolean => {
      for (let folder = owner; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
        if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
        if (folder === '') return false;
      }
    };
    const missing = locked.flatMap(([owner, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {}).filter((name) => !isLocked(owner, name)),
    );
    expect(missing).toEqual([]);
  });
});

test('every package of the product is under a permissive licence', () => {
  const isTold = (path: string): boolean => {
    const told = toldInFile[nameOf(path)];
    return told !== undefined && textOf(`${path}/${told.file}`).includes(told.words);
  };
  const refused = production.filter(
    ([path, { license }]) => !permissive.includes(license ?? '') && !(license === undefined && isTold(path)),
  );
  expect(refused.map(([path, { license = 'no licence named' }]) => `${nameOf(path)}: ${license}`)).toEqual([]);
});
