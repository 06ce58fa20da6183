import type { SiteConfig } from '../../config/index.js';
import type { Journal } from '../journal/index.js';

/** A site as it was applied, by the files the journal keeps of it; undefined when they cannot be read any more. */
export async function storedSite(files: Readonly<Record<string, string>>): Promise<SiteConfig | undefined> {
  const { loadSite, loadStoredSite } = await import('../../config/index.js');
  return (await loadStoredSite(loadSite, files)).site;
}

/** The site that was applied last. */
export const lastSite = async ({ configuration }: Journal): Promise<SiteConfig | undefined> =>
  configuration ? storedSite(configuration.files) : undefined;
