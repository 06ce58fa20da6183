import { type Registries, registries, type SiteConfig, siteLoader, tableSpec } from '../../config/index.js';
import { FrameBuilder, type StampedFrame, type TagTable, type TagTableSpec } from '../../gateway/contract/index.js';
import { countingDriver } from './counting-driver.js';

export const tagsPerDevice = 50;
const devicesPerLink = 10;

/** Four rules on every tag: the four limits, or limits, bad reading, stale and rate of change. */
export type Mix = 'four limits' | 'four kinds';

const tagNames = Array.from({ length: tagsPerDevice }, (_, index) => `v${index}`);

function rulesOf(mix: Mix): string {
  const one = (name: string): string =>
    mix === 'four limits'
      ? `  ${name}: { type: limits, devices: ["*"], tag: ${name}, HH: 95, H: 90, L: 10, LL: 5, deadband: 1, alarm: { action: look } }`
      : `  ${name}-h: { type: limits, devices: ["*"], tag: ${name}, H: 90, deadband: 1, alarm: { action: look } }
  ${name}-b: { type: quality, devices: ["*"], tag: ${name} }
  ${name}-s: { type: stale, devices: ["*"], tag: ${name}, after: 10s }
  ${name}-r: { type: rate, devices: ["*"], tag: ${name}, rising: 1000 }`;
  return tagNames.map(one).join('\n');
}

export const siteText = (devices: number, mix: Mix, folder: string): string => `version: 1
site: { id: load, timezone: "+08:00" }
profiles:
  meter: { driver: counting, poll: 1s, tags: { ${tagNames.map((name, cell) => `${name}: { cell: ${cell}, unit: kPa }`).join(', ')} } }
links:
${Array.from({ length: Math.ceil(devices / devicesPerLink) }, (_, link) => {
  const own = Array.from(
    { length: Math.min(devicesPerLink, devices - link * devicesPerLink) },
    (_one, n) => `d${link}-${n}: { profile: meter }`,
  );
  return `  link-${link}: { driver: counting, devices: { ${own.join(', ')} } }`;
}).join('\n')}
alarms: { settling: none }
rules:
${rulesOf(mix)}
journal: { folder: "${folder}" }
box: { poll: 1h }
`;

/** Values as in normal running: they wander between the limits, and one reading of a thousand is beyond one. */
function valueAt(second: number, device: number, slot: number): number {
  const lot = second * 31 + device * 17 + slot * 13;
  return lot % 997 === 0 ? 97 : 50 + 30 * Math.sin(second / 97 + device + slot / 7) + (lot % 11) / 3;
}

/** The product's registries with a driver that counts; `now` is the time its readings go by. */
export const registriesOf = (now: () => number): Registries => {
  const counting = countingDriver((device, _phase, cells, into) => {
    const index = device.length * 7 + device.charCodeAt(1);
    const second = Math.floor(now() / 1000);
    for (let slot = 0; slot < cells.length; slot += 1) into.set(slot, valueAt(second, index, slot));
  });
  return { ...registries, drivers: { ...registries.drivers, counting } } as unknown as Registries;
};

export async function loadSite(text: string, known: Registries): Promise<SiteConfig> {
  const io = { read: async () => Buffer.from(text), list: async () => [], shippedProfiles: '' };
  const { site, problems } = await siteLoader(known)('site.yaml', io);
  if (!site) throw new Error(JSON.stringify(problems.slice(0, 3)));
  return site;
}

export const specsOf = ({ links, hash }: SiteConfig): TagTableSpec[] =>
  links.flatMap(({ name, devices }) =>
    devices.flatMap((device) => device.groups.map((group) => tableSpec('load', name, device, group, hash))),
  );

/** What the device of this rank reads in this second. */
export function frameOf(table: TagTable, device: number, second: number): StampedFrame {
  const builder = new FrameBuilder(table);
  for (let slot = 0; slot < tagsPerDevice; slot += 1) builder.set(slot, valueAt(second, device, slot));
  return { ...builder.build(), instant: second * 1000 + 1, time: second * 1000, timeSpread: 1 };
}
