import { resolve } from 'node:path';
import type { SiteConfig } from '../../../../config/index.js';
import type { Cli } from '../../cli.js';
import { Failure } from '../../failure.js';
import { siteOf } from '../../options.js';
import { trustMessages } from './messages/index.js';

/** A folder with certificates, and the links that use it. */
export interface PkiFolder {
  /** As it was written: a relative one is below the folder a gateway is started in. */
  readonly path: string;
  /** In which people see times. */
  readonly timezone: string;
  readonly links: readonly { readonly name: string; readonly endpoint: string }[];
}

/** What is used here of the settings of an OPC UA link. */
interface OpcuaSettings {
  readonly pki: string;
  readonly endpoint: string;
}

/** The folders of a site's OPC UA links, each once. */
export function foldersOf({ links, site: { timezone } }: Pick<SiteConfig, 'links' | 'site'>): PkiFolder[] {
  const byPath = new Map<string, PkiFolder & { readonly links: { name: string; endpoint: string }[] }>();
  for (const { name, driver, settings } of links) {
    if (driver !== 'opcua') continue;
    const { pki, endpoint } = settings as OpcuaSettings;
    const folder = byPath.get(resolve(pki)) ?? { path: pki, timezone, links: [] };
    folder.links.push({ name, endpoint });
    byPath.set(resolve(pki), folder);
  }
  return [...byPath.values()];
}

/** The folders a call is about: the one that is named, or those of the site file. Ends the command when there is none. */
export async function foldersFor(
  cli: Cli,
  { pki, site }: { readonly pki?: string; readonly site?: string },
): Promise<readonly PkiFolder[]> {
  const m = trustMessages(cli.language);
  if (pki !== undefined && site !== undefined) throw new Failure(m.trust.bothPlaces(), 'wrong');
  if (pki !== undefined) return [{ path: pki, timezone: '+00:00', links: [] }];
  const folders = foldersOf(await siteOf(cli, site));
  if (folders.length === 0) throw new Failure(m.trust.noLinks(), 'wrong');
  return folders;
}
