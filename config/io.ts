import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Where site files and profiles are read from; tests hand in one that has them in memory. */
export interface SiteIo {
  /** Rejects where there is no such file. */
  read(path: string): Promise<Uint8Array>;
  /** Names of the files in a folder; empty where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** The folder of the profiles shipped with the product. */
  readonly shippedProfiles: string;
}

/** Beside the sources, and from the built code back beside them. */
const candidates = ['./profiles', '../../config/profiles'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

export const fileIo: SiteIo = {
  read: (path) => readFile(path),
  list: (folder) => readdir(folder).catch(() => []),
  shippedProfiles: candidates.find((folder) => existsSync(folder)) ?? (candidates[0] as string),
};
