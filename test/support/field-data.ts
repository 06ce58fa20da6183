import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@jest/globals';

/** Folder of the labelled field series; they are inputs, never copied into the project. */
const root = process.env['SLUICE_FIELD_DATA'];
/** Where skips are gathered, so that the run can say at its end what was left out; set by the jest configuration. */
const skipsFile = process.env['SLUICE_SKIPS_FILE'];

/**
 * `test` on one folder of field data; without it the test is skipped and named in the run's last lines.
 * `fieldData('coal-methane')('gives the known answers', (folder) => { … })`.
 */
export function fieldData(
  series: 'coal-methane' | 'skab' | 'nab',
): (name: string, run: (folder: string) => void | Promise<void>, timeoutMs?: number) => void {
  const folder = root === undefined ? undefined : join(root, series);
  return (name, run, timeoutMs) => {
    if (folder !== undefined && existsSync(folder)) {
      test(name, () => run(folder), timeoutMs);
    } else {
      if (skipsFile) appendFileSync(skipsFile, `${name}: needs field data ${series} (folder in SLUICE_FIELD_DATA)\n`);
      // The series are not ours to copy: without them there is nothing to judge. CI gives the folder and fails on a skip.
      test.skip(name, () => undefined);
    }
  };
}
