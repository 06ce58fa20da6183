import type { Json } from '../gateway/contract/index.js';
import { contextDevice } from './context-tags.js';
import type {
  AlarmConfig,
  DerivedTagConfig,
  DeviceConfig,
  GroupConfig,
  LinkConfig,
  RationaleConfig,
  RuleConfig,
  SinkConfig,
  SiteConfig,
  TagConfig,
} from './site.js';

/** What shapes one tag by readable path, `scale` or `address.register`; values are plain JSON. */
export type Facts = Readonly<Record<string, Json>>;

/** Facts by where they stand: empty for the tag's own, `rules.methane`, `derived.mean`, `sinks.history`, `journal`. */
export type FactSections = Readonly<Record<string, Facts>>;

/** A tag with all that surrounds it. */
export interface TagPlace {
  readonly link: LinkConfig;
  readonly device: DeviceConfig;
  readonly group: GroupConfig;
  readonly tag: TagConfig;
}

/** Every tag that is read; those a formula computes are not protected themselves. */
export const tagPlaces = ({ links }: Pick<SiteConfig, 'links'>): TagPlace[] =>
  links.flatMap((link) =>
    link.devices.flatMap((device) =>
      device.groups.flatMap((group) => group.tags.map((tag) => ({ link, device, group, tag }))),
    ),
  );

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

const isSection = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{ a: { b: 1 } }` → `a.b: 1`; a list is one value. What is left out in the file is no fact. */
function flat(value: unknown, path = ''): Facts {
  const json = plain(value);
  if (!isSection(json)) return json === null ? {} : { [path]: json };
  return Object.assign(
    {},
    ...Object.entries(json).map(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`)),
  ) as Facts;
}

/** Texts of some settings, keys left out, however deep. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** True where a name stands in a text as a word, so also within a formula. Rather once too often than once too few. */
function names(texts: readonly string[], name: string): boolean {
  const word = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(String.raw`(?<![\p{L}\p{N}_])${word}(?![\p{L}\p{N}_])`, 'u');
  return texts.some((text) => pattern.test(text));
}

const rationaleFacts = ({ class: policy, priority, respondWithinMs }: RationaleConfig): Json =>
  plain({ class: policy, priority, respondWithinMs });

const alarmFacts = ({ shared, kinds, suppress }: AlarmConfig): Json =>
  plain({
    ...(shared && { shared: rationaleFacts(shared) }),
    kinds: Object.fromEntries(Object.entries(kinds).map(([kind, one]) => [kind, rationaleFacts(one)])),
    suppress,
  });

/** What of a rule decides: its words for people do not. */
function judgement({ settings, alarm }: RuleConfig): { readonly [key: string]: Json } {
  const { message: _words, ...deciding } = settings as { readonly message?: unknown };
  return { ...(plain(deciding) as object), ...(alarm && { alarm: alarmFacts(alarm) }) };
}

/** A rule is over a tag when it names the tag, and the device as one it applies to or by name. */
function isOver(rule: RuleConfig, deciding: Json, { device, tag }: TagPlace): boolean {
  const texts = textsIn(deciding);
  return names(texts, tag.name) && (rule.devices.includes(device.name) || names(texts, device.name));
}

/** The rules over a tag. */
export const rulesOver = (rules: readonly RuleConfig[], place: TagPlace): RuleConfig[] =>
  rules.filter((rule) => isOver(rule, judgement(rule), place));

/** True where what a rule holds values against follows the site's context. */
export function followsContext({ settings }: RuleConfig): boolean {
  const { message: _words, ...deciding } = settings as { readonly message?: unknown };
  return names(textsIn(plain(deciding)), contextDevice);
}

function ruleSections({ rules, alarms }: SiteConfig, place: TagPlace): [string, Facts][] {
  return rules.flatMap((rule): [string, Facts][] => {
    const deciding = judgement(rule);
    if (!isOver(rule, deciding, place)) return [];
    const { type, shadowUntil } = rule;
    const facts = flat({ type, ...deciding, shadowUntil, settlingMs: alarms.settlingMs });
    return [[`rules.${rule.name}`, facts]];
  });
}

/** A computed tag without its name. */
function computed(tag: DerivedTagConfig): Json {
  const { name: _name, formerly: _formerly, statutory: _statutory, ...rest } = tag;
  return plain(rest);
}

/** Where a secret lies says nothing of the stream. */
const isSecret = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('env' in value || 'file' in value);

function sinkFacts({ type, settings, from, order }: SinkConfig): Facts {
  const open = Object.entries(settings as object).filter(([, value]) => !isSecret(value));
  return flat({ ...Object.fromEntries(open), type, from, order });
}

/** How the record is kept, and whose clock dates it. In another folder there is no record that could be held against. */
const keeping = ({ journal: { folder: _folder, ...journal }, clock }: SiteConfig): [string, Facts][] => [
  ['journal', flat(journal)],
  ['clock', flat(clock)],
];

/** Everything that shapes a tag's stream or the judgement of it, by the applied names. */
export function factsAt(site: SiteConfig, place: TagPlace): FactSections {
  const { link, device, group, tag } = place;
  const { name, formerly: _formerly, statutory, address, ...rest } = tag;
  const own = flat({
    site: site.site.id,
    link: link.name,
    driver: link.driver,
    onLink: link.settings,
    device: device.name,
    profile: device.profile,
    onDevice: device.settings,
    group: group.name,
    everyMs: group.everyMs,
    tag: name,
    statutory,
    address,
    ...rest,
  });
  const derived = group.derived.filter((one) => names(textsIn(computed(one)), name));
  return Object.fromEntries([
    ['', own],
    ...derived.map((one) => [`derived.${one.name}`, flat(computed(one))]),
    ...ruleSections(site, place),
    ...site.sinks.map((sink) => [`sinks.${sink.name}`, sinkFacts(sink)]),
    ...keeping(site),
  ]) as FactSections;
}
