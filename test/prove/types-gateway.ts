import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSite, registries } from '../../config/index.js';
import { createConsole, Users } from '../../gateway/console/index.js';
import { silentLog } from '../../gateway/contract/index.js';
import {
  Gateway,
  GatewayActs,
  GatewayView,
  type LinkView,
  systemClock,
  type ValueView,
} from '../../gateway/runtime/index.js';
import type { PackedField, PackedTag } from './types-field.js';

/** Long enough that a whole round of reads has its place. */
const pollMs = 1500;
/** Rounds in which everything is read again, until no read is refused any more. */
const roundsMax = 12;

const keys = ['register', 'type', 'order', 'bit', 'byte', 'length', 'encoding'] as const;

function tagText(tag: PackedTag, n: number): string {
  const fields = keys.flatMap((key) => (tag[key] === undefined ? [] : [`${key}: ${tag[key]}`]));
  return `      t${n}: { ${fields.join(', ')} }`;
}

const profileText = (tags: readonly PackedTag[], n: number): string =>
  `  p${n}:\n    driver: modbus\n    poll: ${pollMs}ms\n    tags:\n${tags.map(tagText).join('\n')}`;

/** A device and a profile of its own for each map. */
const siteText = ({ port, maps }: PackedField, folder: string): string => `version: 1
site: { id: types, timezone: "+08:00" }
profiles:
${maps.map(profileText).join('\n')}
links:
  field:
    driver: modbus
    address: "tcp://127.0.0.1:${port}"
    devices:
${maps.map((_, n) => `      m${n}: { profile: p${n}, unit: ${n + 1} }`).join('\n')}
journal: { folder: "${join(folder, 'journal')}" }
`;

/** Values by device and tag, such as `m3/t0`. */
export type Values = ReadonlyMap<string, ValueView>;

/** What a gateway said when every tag was read for the first time, and in the last round. */
export interface GatewaySaid {
  readonly values: readonly [Values, Values];
  /** Reads that were refused, by holes that nobody told it of, round by round; the last round should have none. */
  readonly refused: readonly number[];
}

const givenUpAfterMs = 120_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const fetchAll = async <T>(url: string, path: string): Promise<T[]> =>
  (await (await fetch(`${url}${path}`)).json()) as T[];

async function refusals(url: string): Promise<number> {
  const links = await fetchAll<LinkView>(url, '/api/links');
  return links.reduce((sum, { counters }) => sum + (counters['exceptions'] ?? 0), 0);
}

/** Runs a whole gateway on a field and asks its HTTP interface for every tag. */
export async function readThroughGateway(field: PackedField, folder: string): Promise<GatewaySaid> {
  const path = join(folder, 'site.yaml');
  await writeFile(path, siteText(field, folder));
  const { site, problems } = await loadSite(path);
  if (!site) throw new Error(`the site file has problems: ${JSON.stringify(problems.slice(0, 3))}`);
  const options = { clock: systemClock, log: silentLog };
  const gateway = await Gateway.start({ ...options, site, registries, version: 'proof' });
  const users = new Users(join(folder, 'users.json'), silentLog);
  try {
    const serving = { ...options, host: '127.0.0.1', port: 0, users };
    const page = await createConsole(new GatewayView(gateway), new GatewayActs(gateway), serving);
    const first = await settled(page.url, field, () => true);
    const refused = [await refusals(page.url)];
    let last = first;
    while (refused.at(-1) !== 0 && refused.length < roundsMax) {
      const before = await refusals(page.url);
      const readAt = Date.now();
      last = await settled(page.url, field, ({ time }) => time !== null && Date.parse(time) > readAt);
      refused.push((await refusals(page.url)) - before);
    }
    await page.close();
    return { values: [first, last], refused };
  } finally {
    await gateway.stop();
  }
}

async function settled(url: string, { maps }: PackedField, isReady: (value: ValueView) => boolean): Promise<Values> {
  const tags = maps.reduce((sum, map) => sum + map.length, 0);
  const began = performance.now();
  for (;;) {
    const values = (await fetchAll<ValueView>(url, '/api/values')).filter(
      (value) => value.device !== 'box' && isReady(value),
    );
    const isOver = performance.now() - began > givenUpAfterMs;
    if (values.length >= tags || isOver) return new Map(values.map((value) => [`${value.device}/${value.tag}`, value]));
    await sleep(200);
  }
}
