import { text } from '../messages/index.js';
import type { SiteProblem } from '../problem.js';
import { currentVersion } from '../schema/site-schema.js';
import type { Source } from '../source/source.js';
import { valueAt } from './checked.js';

/** A step from one version of the file format to the next, on plain data. */
export type Migration = (data: unknown) => unknown;

/** By the version they start from. There is one version so far. */
const migrations: ReadonlyMap<number, Migration> = new Map();

/** A file of a newer release: nothing else in it can be judged. */
export function versionProblem(source: Source, data: unknown): SiteProblem | undefined {
  const version = valueAt(data, ['version']);
  if (typeof version !== 'number' || !(version > currentVersion)) return undefined;
  return source.problem(['version'], {
    what: text((m) => m.problem.newerVersion({ version, known: currentVersion })),
    remedy: text((m) => m.remedy.newerVersion({ known: currentVersion })),
  });
}

/** Brings data of an older version up to the current one, step by step. */
export function migrate(data: unknown, steps: ReadonlyMap<number, Migration> = migrations): unknown {
  let migrated = data;
  for (let version = valueAt(data, ['version']); typeof version === 'number'; version += 1) {
    const step = steps.get(version);
    if (!step) break;
    migrated = step(migrated);
  }
  return migrated;
}
