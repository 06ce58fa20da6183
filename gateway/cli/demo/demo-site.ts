import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './free-ports.js';

/** Ports of the demonstration, as its site file has them. */
export interface DemoPorts {
  readonly controller: number;
  readonly bus: number;
  readonly station: number;
  readonly broker: number;
  readonly pool: number;
  readonly page: number;
}

const shipped: DemoPorts = {
  controller: 15_020,
  bus: 15_021,
  station: 15_022,
  broker: 11_883,
  pool: 18_090,
  page: 8080,
};
const shippedFolder = './data';

/** Beside the sources, and from the built code back beside them. */
const candidates = ['../../../config/examples/demo/site.yaml', '../../../../config/examples/demo/site.yaml'].map(
  (path) => fileURLToPath(new URL(path, import.meta.url)),
);

export interface DemoSite {
  readonly file: string;
  readonly ports: DemoPorts;
}

/** The example with other ports and another folder. */
export function movedSite(text: string, ports: DemoPorts, folder: string): string {
  let moved = text.replace(`${shippedFolder}/journal`, JSON.stringify(join(folder, 'journal')));
  for (const [name, port] of Object.entries(shipped)) {
    moved = moved.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(ports[name as keyof DemoPorts]));
  }
  return moved;
}

/**
 * The site file of the demonstration: the shipped example as it is, or a copy in `folder` where port or folder differ.
 * Everything but the page gets free ports then.
 */
export async function demoSite(page: number, folder: string): Promise<DemoSite> {
  const example = candidates.find((path) => existsSync(path)) ?? (candidates[0] as string);
  await mkdir(folder, { recursive: true });
  if (page === shipped.page && folder === shippedFolder) return { file: example, ports: shipped };
  const [controller = 0, bus = 0, station = 0, broker = 0, pool = 0, free = 0] = await freePorts(6);
  const ports = { controller, bus, station, broker, pool, page: page || free };
  const file = join(folder, 'site.yaml');
  await writeFile(file, movedSite(await readFile(example, 'utf8'), ports, folder));
  return { file, ports };
}
