import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { isObject, valueAt } from './check/checked.js';
import { warnLoneGroups } from './check/alarm-groups.js';
import { checkClass } from './check/classes.js';
import { checkContextNames, contextConfigs } from './check/context.js';
import { explain } from './check/explain.js';
import { formulaNames } from './check/formula-names.js';
import { checkAddresses, checkLink } from './check/links.js';
import { checkFormerly } from './check/formerly.js';
import { ProfileShelf } from './check/profile-shelf.js';
import { checkRule } from './check/rules.js';
import { checkSecrets } from './check/secrets.js';
import { checkSink, checkTagNames } from './check/sinks.js';
import { SiteCheck } from './check/site-check.js';
import { checkStatutory } from './check/statutory.js';
import { migrate, versionProblem } from './check/version.js';
import { fileIo, type SiteIo } from './io.js';
import { text } from './messages/index.js';
import { inReadingOrder, type SiteProblem } from './problem.js';
import type { Registries } from './registries.js';
import { toJson } from './schema/json.js';
import { type SiteFile, siteSchema } from './schema/site-schema.js';
import type { BrokerConfig, LinkConfig, RuleConfig, SinkConfig, SiteConfig } from './site.js';
import { readSource } from './source/read-source.js';
import type { Path, ProblemOptions, Sentence } from './source/source.js';

/** A site that may run, with what is odd about it; or every reason why it may not. */
export type LoadResult =
  | { readonly site: SiteConfig; readonly problems: readonly []; readonly warnings: readonly SiteProblem[] }
  | { readonly site: undefined; readonly problems: readonly SiteProblem[]; readonly warnings: readonly SiteProblem[] };

interface Checked {
  readonly links: readonly LinkConfig[];
  readonly rules: readonly RuleConfig[];
  readonly sinks: readonly SinkConfig[];
}

function section<Item>(data: unknown, name: string, check: (name: string, item: unknown) => Item | undefined): Item[] {
  const items = valueAt(data, [name]);
  if (!isObject(items)) return [];
  return Object.entries(items).flatMap(([key, item]) => check(key, item) ?? []);
}

/** Profiles that the devices of a site name. */
function wantedProfiles(data: unknown): string[] {
  const links = valueAt(data, ['links']);
  return Object.values(isObject(links) ? links : {}).flatMap((link) => {
    const devices = valueAt(link, ['devices']);
    return Object.values(isObject(devices) ? devices : {}).flatMap((device) => {
      const profile = valueAt(device, ['profile']);
      return typeof profile === 'string' ? [profile] : [];
    });
  });
}

/** Names that rules and devices had before. */
function checkFormerNames(check: SiteCheck): void {
  const { data, source } = check;
  const names = {
    tell: (path: Path, sentence: Sentence, options: ProblemOptions) => check.tell(path, sentence, options),
    place: (path: Path) => source.place(path, true),
  };
  const rules = valueAt(data, ['rules']);
  const entries = Object.entries(isObject(rules) ? rules : {});
  checkFormerly({ ...names, items: entries.map(([name, rule]) => [name, ['rules', name], rule]) });
  const devices = [...check.devices.values()].map(({ name, path }) => [name, path, valueAt(data, path)] as const);
  checkFormerly({ ...names, items: devices });
}

function checkSections(check: SiteCheck): Checked {
  const { data } = check;
  const links = section(data, 'links', (name, link) => checkLink(check, name, link));
  const rawLinks = valueAt(data, ['links']);
  if (isObject(rawLinks)) {
    checkAddresses(check, rawLinks);
    if (Object.keys(rawLinks).length === 0) {
      const sentence = { what: text((m) => m.problem.noLinks()), remedy: text((m) => m.remedy.addLink()) };
      check.tell(['links'], sentence, { atKey: true });
    }
  }
  for (const made of section(data, 'classes', (name, item) => checkClass(check, name, item))) {
    check.classes.set(made.name, made);
  }
  checkFormerNames(check);
  checkContextNames(check);
  const rules = section(data, 'rules', (name, rule) => checkRule(check, name, rule));
  const sinks = section(data, 'sinks', (name, sink) => checkSink(check, name, sink));
  checkTagNames(check, sinks);
  warnLoneGroups(check, rules);
  checkStatutory(check, links, rules);
  checkSecrets(check, data);
  return { links, rules, sinks };
}

/** SHA-256 over names and texts, in the order of the names; lengths keep two files apart. */
function hashOf(files: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(files).sort()) {
    const content = files[name] as string;
    hash.update(`${name}\n${Buffer.byteLength(content)}\n${content}`);
  }
  return hash.digest('hex');
}

function assemble(file: SiteFile, checked: Checked, files: Readonly<Record<string, string>>): SiteConfig {
  const { site, alarms, journal, http, broker, box, clock } = file;
  return {
    site: { id: site.id, name: site.name ?? site.id, timezone: site.timezone, kind: site.kind },
    ...checked,
    context: contextConfigs(file),
    alarms: {
      settlingMs: alarms.settling === 'none' ? 0 : alarms.settling,
      lostAfterMs: alarms.lostAfter,
    },
    journal: {
      folder: journal.folder,
      commitEveryMs: journal.commitEvery,
      bytesMax: journal.bytesMax,
      freeBytesMin: journal.freeBytesMin,
      samplesAgeMaxMs: journal.samplesAgeMax,
      alarmsAgeMaxMs: journal.alarmsAgeMax,
      memoryBytesMax: journal.memoryBytesMax,
    },
    http,
    broker: broker && brokerConfig(broker),
    box: { everyMs: box.poll },
    clock,
    hash: hashOf(files),
    files,
  };
}

function brokerConfig({ devices, limits, ...broker }: NonNullable<SiteFile['broker']>): BrokerConfig {
  return {
    ...broker,
    devices: Object.entries(devices).map(([name, device]) => ({ name, ...device })),
    limits: {
      clientsMax: limits.clients,
      packetBytesMax: limits.packet,
      packetsPerSecondMax: limits.perSecond,
    },
  };
}

function outcome(site: SiteConfig | undefined, all: readonly SiteProblem[], path: string): LoadResult {
  const ordered = inReadingOrder(all, path);
  const warnings = ordered.filter((problem) => problem.warning);
  const problems = ordered.filter((problem) => !problem.warning);
  return site && problems.length === 0 ? { site, problems: [], warnings } : { site: undefined, problems, warnings };
}

const unreadable = (path: string): SiteProblem => ({
  file: path,
  line: 1,
  column: 1,
  what: text((m) => m.problem.noFile({ file: path })),
  remedy: text((m) => m.remedy.checkPath()),
  warning: false,
  related: [],
});

async function check(path: string, bytes: Uint8Array, registries: Registries, io: SiteIo): Promise<LoadResult> {
  const read = readSource(path, bytes);
  const { source } = read;
  if (!source || read.data === undefined) return outcome(undefined, read.problems, path);
  const newer = versionProblem(source, read.data);
  if (newer) return outcome(undefined, [...read.problems, newer], path);
  const data = migrate(read.data);
  const parsed = siteSchema.safeParse(data);
  const outer = parsed.success
    ? []
    : explain({ source, base: [], data, json: toJson(siteSchema) }, parsed.error.issues);
  const shelf = new ProfileShelf(source, io, registries, formulaNames(data));
  await shelf.fill(data, wantedProfiles(data));
  const sections = new SiteCheck(source, data, parsed.data, registries, shelf);
  const checked = checkSections(sections);
  const files = { [basename(path)]: read.text, ...shelf.files };
  const site = parsed.success ? assemble(parsed.data, checked, files) : undefined;
  return outcome(site, [...read.problems, ...outer, ...shelf.problems, ...sections.problems], path);
}

/**
 * Reads and checks a site file with its profiles. Every problem is told at once, with file, line and column; nothing in
 * a file makes it throw. Opens no socket and writes nothing.
 */
export function siteLoader(registries: Registries): (path: string, io?: SiteIo) => Promise<LoadResult> {
  return async (path, io = fileIo) => {
    const bytes = await io.read(path).catch(() => undefined);
    return bytes ? check(path, bytes, registries, io) : outcome(undefined, [unreadable(path)], path);
  };
}
