import { basename, dirname, join } from 'node:path';
import type { SiteIo } from './io.js';
import type { LoadResult } from './load-site.js';

const folder = '/stored';
const shippedProfiles = `${folder}/shipped`;

/**
 * The files of an applied configuration as the journal keeps them: the site file first, then profiles by the name the
 * site gives them, the shipped ones as `shipped/NAME.yaml`.
 */
function storedIo(files: Readonly<Record<string, string>>): { readonly path: string; readonly io: SiteIo } {
  const [site = 'site.yaml'] = Object.keys(files);
  const byPath = new Map(Object.entries(files).map(([name, content]) => [join(folder, name), content]));
  const read = (path: string): Promise<Uint8Array> => {
    const content = byPath.get(path);
    return content === undefined ? Promise.reject(new Error(path)) : Promise.resolve(Buffer.from(content));
  };
  const list = (of: string): Promise<string[]> =>
    Promise.resolve([...byPath.keys()].filter((path) => dirname(path) === of).map((path) => basename(path)));
  return { path: join(folder, site), io: { read, list, shippedProfiles } };
}

/** Checks a configuration again that was applied once. A newer release may find problems an older one did not. */
export function loadStoredSite(
  load: (path: string, io?: SiteIo) => Promise<LoadResult>,
  files: Readonly<Record<string, string>>,
): Promise<LoadResult> {
  const { path, io } = storedIo(files);
  return load(path, io);
}
