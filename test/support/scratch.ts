import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder of its own, and what deletes it. */
export async function scratchFolder(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
