import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Number of the form of a backup. A newer one is refused. */
export const backupFormat = 1;

const manifestSchema = z.object({
  format: z.int(),
  site: z.string(),
  /** Version of the software that made it, and when, RFC 3339 in UTC. */
  version: z.string(),
  madeAt: z.string(),
  /** Of the journal that was copied. */
  epoch: z.string(),
  /** Name of the site file among `site/`. */
  siteFile: z.string(),
  /** Names and roles; tokens are made anew after a restore. */
  users: z.array(z.object({ name: z.string(), role: z.string() })),
});

/** What a backup says about itself, in its `backup.json`. */
export type Manifest = z.output<typeof manifestSchema>;

export const manifestFile = 'backup.json';
/** Folders of a backup. */
export const journalPart = 'journal';
export const sitePart = 'site';

/** The manifest of a backup; undefined where there is none. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, manifestFile), 'utf8')));
  } catch {
    return undefined;
  }
}

const segmentPattern = /^(samples|alarms)-\d+\.seg$/;

/**
 * Segments in the order a copy of a running gateway must take them: samples first, because each refers to tag tables
 * that stand in the alarms lane by the time it is written.
 */
export function segmentsOf(names: readonly string[]): string[] {
  const segments = names.filter((name) => segmentPattern.test(name)).sort();
  return [
    ...segments.filter((name) => name.startsWith('samples')),
    ...segments.filter((name) => name.startsWith('alarms')),
  ];
}
