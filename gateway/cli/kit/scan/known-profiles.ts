import { join } from 'node:path';
import { fileIo, loadSite, type SiteIo } from '../../../../config/index.js';
import type { ProfileSketch, TagAddress } from '../../../../drivers/modbus/index.js';

/** The site file of a line with one device of a profile: what the gateway itself would make of it. */
const siteText = (profile: string): string => `version: 1
site: { id: scan, timezone: "+08:00" }
links:
  line:
    driver: modbus
    address: tcp://127.0.0.1:502
    devices: { device: { profile: ${profile}, unit: 1 } }
journal: { folder: /nowhere }
`;

/** Shipped profiles of Modbus devices, compiled as the gateway compiles them, for recognising what a scan finds. */
export async function knownProfiles(): Promise<ProfileSketch[]> {
  const sketches = await Promise.all((await modbusProfiles()).map(sketchOf));
  return sketches.flat();
}

/** A profile that needs more than a unit id is of no device that could be recognised by its registers. */
async function sketchOf(name: string): Promise<ProfileSketch[]> {
  const io: SiteIo = {
    ...fileIo,
    read: (path) => (path === 'scan.yaml' ? Promise.resolve(Buffer.from(siteText(name))) : fileIo.read(path)),
  };
  const { site } = await loadSite('scan.yaml', io);
  const groups = site?.links[0]?.devices[0]?.groups ?? [];
  const tags = groups.flatMap((group) =>
    group.tags.map(({ address, scale, offset, range }) => ({ address: address as TagAddress, scale, offset, range })),
  );
  return tags.length === 0 ? [] : [{ name, tags }];
}

async function modbusProfiles(): Promise<string[]> {
  const folder = fileIo.shippedProfiles;
  const files = (await fileIo.list(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  const texts = await Promise.all(files.map((file) => fileIo.read(join(folder, file))));
  return files
    .filter((_, n) => /^driver: modbus$/m.test(Buffer.from(texts[n] as Uint8Array).toString('utf8')))
    .map((file) => file.slice(0, -'.yaml'.length));
}
