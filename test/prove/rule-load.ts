import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { type Registries, registries, type SiteConfig, siteLoader, tableSpec } from '../../config/index.js';
import { loadStoredSite } from '../../config/stored-site.js';
import {
  FrameBuilder,
  silentLog,
  type StampedFrame,
  type TagTable,
  type TagTableSpec,
} from '../../gateway/contract/index.js';
import { openJournal } from '../../gateway/journal/index.js';
import { compileRules } from '../../gateway/runtime/compile-rules.js';
import { Gateway, systemClock } from '../../gateway/runtime/index.js';
import { Replay } from '../../gateway/runtime/replay/replay.js';
import { judge, type RuleInput } from '../../pipelines/index.js';
import { countingDriver } from './counting-driver.js';
import { type Finding, finding, type Proof, progress } from './proof.js';

const tagsPerDevice = 50;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Mix = 'four limits' | 'four kinds';

const tagNames = Array.from({ length: tagsPerDevice }, (_, index) => `v${index}`);

/** Four rules on every tag: the four limits, or limits, bad reading, stale and rate of change. */
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

const siteText = (devices: number, mix: Mix, folder: string): string => `version: 1
site: { id: load, timezone: "+08:00" }
profiles:
  meter: { driver: counting, poll: 1s, tags: { ${tagNames.map((name, cell) => `${name}: { cell: ${cell}, unit: kPa }`).join(', ')} } }
links:
${Array.from({ length: Math.ceil(devices / 10) }, (_, link) => {
  const own = Array.from(
    { length: Math.min(10, devices - link * 10) },
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

const registriesOf = (now: () => number): Registries => {
  const counting = countingDriver((device, _phase, cells, into) => {
    const index = device.length * 7 + device.charCodeAt(1);
    const second = Math.floor(now() / 1000);
    for (let slot = 0; slot < cells.length; slot += 1) into.set(slot, valueAt(second, index, slot));
  });
  return { ...registries, drivers: { ...registries.drivers, counting } } as unknown as Registries;
};

async function load(text: string, known: Registries): Promise<SiteConfig> {
  const io = { read: async () => Buffer.from(text), list: async () => [], shippedProfiles: '' };
  const { site, problems } = await siteLoader(known)('site.yaml', io);
  if (!site) throw new Error(JSON.stringify(problems.slice(0, 3)));
  return site;
}

const specsOf = ({ links, hash }: SiteConfig): TagTableSpec[] =>
  links.flatMap(({ name, devices }) =>
    devices.flatMap((device) => device.groups.map((group) => tableSpec('load', name, device, group, hash))),
  );

const tablesOf = (site: SiteConfig): TagTable[] => specsOf(site).map((spec, index) => ({ ...spec, number: index + 1 }));

function frameOf(table: TagTable, index: number, second: number): StampedFrame {
  const builder = new FrameBuilder(table);
  for (let slot = 0; slot < tagsPerDevice; slot += 1) builder.set(slot, valueAt(second, index, slot));
  return { ...builder.build(), instant: second * 1000 + 1, time: second * 1000, timeSpread: 1 };
}

/** Values a second through the rules alone, frames made beforehand. */
async function rulesAlone(
  devices: number,
  mix: Mix,
  seconds: number,
): Promise<{ perSecond: number; rules: number; findings: number }> {
  const known = registriesOf(() => 0);
  const site = await load(siteText(devices, mix, '/nowhere'), known);
  const tables = tablesOf(site);
  const { rules, phases } = compileRules(site, tables, { registries: known, log: silentLog });
  const inputs: RuleInput[] = Array.from({ length: seconds }, (_, second) => second).flatMap((second): RuleInput[] => [
    { tick: second * 1000 },
    ...tables.map((table, index) => ({ frame: frameOf(table, index, second) })),
  ]);
  // One stream of two halves: the first warms the rules up, and the runtime that compiles them.
  const input$ = new Subject<RuleInput>();
  let findings = 0;
  input$.pipe(judge(rules, phases)).subscribe(() => (findings += 1));
  const half = inputs.length / 2;
  for (const input of inputs.slice(0, half)) input$.next(input);
  const measured = inputs.slice(half);
  const began = process.cpuUsage();
  for (const input of measured) input$.next(input);
  const { user, system } = process.cpuUsage(began);
  const values = (seconds / 2) * devices * tagsPerDevice;
  return { perSecond: values / ((user + system) / 1e6), rules: rules.length, findings };
}

const rssAnonMb = (): number =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;

/** The whole gateway at 1 Hz: CPU of one core, and memory. */
async function wholeGateway(devices: number, seconds: number, folder: string, say: (line: string) => void) {
  const known = registriesOf(() => Date.now());
  const site = await load(siteText(devices, 'four kinds', join(folder, 'journal')), known);
  const gateway = await Gateway.start({ site, registries: known, clock: systemClock, log: silentLog, version: 'test' });
  const tell = progress(say, 'seconds', seconds);
  const warmUp = Math.min(10, seconds / 2);
  let began = process.cpuUsage();
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1000);
    if (second + 1 === warmUp) began = process.cpuUsage();
    tell(second + 1);
  }
  const { user, system } = process.cpuUsage(began);
  const overruns = gateway.links.reduce((sum, link) => sum + link.statistics.overruns, 0);
  const result = { core: (user + system) / 1e6 / (seconds - warmUp), mb: rssAnonMb(), overruns };
  await gateway.stop();
  return result;
}

/** Replay of a journal of 1,000 tags at 1 Hz, from the disk, against real time. */
async function replaySpeed(seconds: number, folder: string): Promise<{ factor: number; frames: number; mix: Mix }[]> {
  const results: { factor: number; frames: number; mix: Mix }[] = [];
  for (const mix of ['four limits', 'four kinds'] as const) {
    const known = registriesOf(() => 0);
    const text = siteText(20, mix, '/nowhere');
    const site = await load(text, known);
    const journal = await openJournal({
      folder: join(folder, mix.replace(' ', '-')),
      site: 'load',
      clock: systemClock,
      log: silentLog,
      commitEveryMs: 1000,
      memoryBytesMax: 2 ** 28,
      bytesMax: 2 ** 34,
      freeBytesMin: 0,
      samplesAgeMaxMs: 1e14,
      alarmsAgeMaxMs: 1e14,
    });
    const start = {
      kind: 'gap',
      instant: 0,
      time: 0,
      reason: 'first-start',
      lastKept: null,
      firstNew: 0,
      tornBytes: 0,
      tickedTo: null,
    } as const;
    journal.note(start);
    journal.note({ kind: 'configuration', instant: 0, time: 0, hash: site.hash, version: 'test', files: site.files });
    const tables = specsOf(site).map((spec) => journal.table(spec));
    for (let second = 1; second <= seconds; second += 1) {
      for (const [index, table] of tables.entries()) journal.append(frameOf(table, index, second));
      if (second % 200 === 0) await journal.flushed();
    }
    await journal.flushed();
    const replay = new Replay({
      journal,
      registries: known,
      siteOf: async (files) => (await loadStoredSite(siteLoader(known), files)).site,
      note: () => undefined,
      log: silentLog,
    });
    const began = performance.now();
    const { frames } = await replay.run();
    results.push({ factor: (seconds * 1000) / (performance.now() - began), frames, mix });
    await journal.close();
  }
  return results;
}

/** Ten thousand tags with four rules each. */
export const ruleLoad: Proof = {
  summary: '10,000 tags × 4 rules at 1 Hz: one core, memory; the rules alone; replay of 1,000 tags against real time',
  async run({ isFull, folder, say }): Promise<readonly Finding[]> {
    const { core, mb, overruns } = await wholeGateway(200, isFull ? 120 : 20, folder, say);
    const alone = await rulesAlone(200, 'four limits', isFull ? 1000 : 200);
    const mixed = await rulesAlone(200, 'four kinds', isFull ? 120 : 20);
    const replays = await replaySpeed(isFull ? 7200 : 900, folder);
    return [
      finding(
        'rules alone, HH/H/L/LL on each tag',
        `${(alone.perSecond / 1e6).toFixed(1)} million values/s (${alone.rules} rules, ${alone.findings} findings)`,
        'aim 20 million',
        alone.perSecond >= 20e6,
      ),
      finding(
        'rules alone, limits + bad + stale + rate on each tag',
        `${(mixed.perSecond / 1e6).toFixed(2)} million values/s (${mixed.rules} rules)`,
        'printed',
        true,
      ),
      finding(
        'whole gateway, 10,000 tags × 4 kinds at 1 Hz',
        `${(core * 100).toFixed(0)} % of one core, ${mb.toFixed(0)} MB, ${overruns} polls missed`,
        '< 100 %',
        core < 1,
      ),
      ...replays.map(({ factor, frames, mix }) =>
        finding(
          `replay of 1,000 tags at 1 Hz, ${mix}`,
          `${factor.toFixed(0)} × real time (${frames} frames)`,
          mix === 'four limits' ? '≥ 500 (aim 2,000)' : 'printed: a robust slope of each tag each second',
          mix === 'four kinds' || factor >= 500,
        ),
      ),
    ];
  },
};
