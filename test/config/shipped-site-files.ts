import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The site file that the README shows: its one YAML block. */
export function readmeSiteFile(readme: string): string {
  const [block, ...others] = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => yaml as string);
  if (block === undefined || others.length > 0) throw new Error('the README shows not exactly one YAML block');
  return block;
}

/** The site files Sluice comes with, by where they stand. */
export function shippedSiteFiles(checkout: string): Readonly<Record<'demo' | 'readme', string>> {
  return {
    demo: readFileSync(join(checkout, 'config', 'examples', 'demo', 'site.yaml'), 'utf8'),
    readme: readmeSiteFile(readFileSync(join(checkout, 'README.md'), 'utf8')),
  };
}
