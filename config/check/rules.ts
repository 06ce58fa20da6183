import { text } from '../messages/index.js';
import { ruleSchema } from '../schema/site-schema.js';
import type { RuleConfig } from '../site.js';
import type { Path } from '../source/source.js';
import { tableSpec } from '../table-spec.js';
import { valueAt } from './checked.js';
import { checkHalves } from './halves.js';
import { nearest } from './nearest.js';
import type { KnownDevice, SiteCheck } from './site-check.js';
import { wrongChoice } from './values.js';

/** One entry of a rule's `devices` and what it stands for. */
interface Selection {
  readonly devices: readonly KnownDevice[];
  /** Each of the devices was named itself, so each must have the rule's tags. */
  readonly isNamed: boolean;
}

function unknownDevice(check: SiteCheck, path: Path, name: string): void {
  const meant = nearest(name, check.devices.keys());
  const known = meant === undefined ? undefined : check.devices.get(meant);
  const sentence = {
    what: text((m) => m.problem.unknownDevice({ device: name })),
    remedy: text((m) =>
      meant === undefined
        ? m.remedy.oneOfDevices({ devices: [...check.devices.keys()] })
        : m.remedy.writeValue({ value: meant }),
    ),
  };
  const place = known ? [check.source.place(known.path, true)] : [];
  check.tell(path, sentence, { related: [...place, ...check.deviceSections()] });
}

function select(check: SiteCheck, path: Path, entry: string): Selection | undefined {
  const all = [...check.devices.values()];
  if (entry === '*') return { devices: all, isNamed: false };
  const [, profile] = /^profile:\s*(.+)$/.exec(entry) ?? [];
  if (profile === undefined) {
    const device = check.devices.get(entry);
    if (!device) unknownDevice(check, path, entry);
    return device && { devices: [device], isNamed: true };
  }
  const devices = all.filter((device) => device.profileName === profile);
  if (devices.length > 0) return { devices, isNamed: false };
  const used = new Set(all.flatMap((device) => device.profileName ?? []));
  const meant = nearest(profile, used);
  check.tell(
    path,
    {
      what: text((m) => m.problem.profileUnused({ profile })),
      remedy: text((m) =>
        meant === undefined
          ? m.remedy.oneOf({ choices: [...used].map((one) => `profile:${one}`) })
          : m.remedy.writeValue({ value: `profile:${meant}` }),
      ),
    },
    { related: check.deviceSections() },
  );
  return undefined;
}

/** The conditions a rule finds on a device; undefined where something is wrong with the device already. */
function conditionsOn(check: SiteCheck, rule: RuleConfig, known: KnownDevice) {
  const { config } = known;
  const definition = check.registries.rules[rule.type];
  if (!config || !definition) return undefined;
  return config.groups.flatMap((group) => {
    const table = tableSpec('site', known.link, config, group, '');
    const compiled = definition.create(rule.name, rule.settings as never, table);
    return (compiled?.conditions ?? []).map((condition) => ({
      condition,
      tag: table.tags.find((tag) => tag.name === condition.tag),
    }));
  });
}

function tellNoTag(check: SiteCheck, path: Path, tag: unknown, devices: readonly KnownDevice[]): void {
  const known = [...new Set(devices.flatMap((device) => [...(device.profile?.tagPaths.keys() ?? [])]))];
  const names = devices.map((device) => device.name);
  const name = typeof tag === 'string' ? tag : undefined;
  const sentence = {
    what: text((m) =>
      name === undefined
        ? m.problem.ruleWithoutTag({ devices: names })
        : m.problem.unknownTag({ tag: name, devices: names }),
    ),
    remedy:
      name === undefined
        ? text((m) => m.remedy.oneOf({ choices: known }))
        : wrongChoice({ key: 'tag', value: name }, known).remedy,
  };
  const related = devices.map((device) => check.source.place([...device.path, 'profile']));
  check.tell(name === undefined ? path : [...path, 'tag'], sentence, { related, atKey: name === undefined });
}

/** A deadband below the sensor's step does nothing: the value jumps over it. */
function warnDeadband(check: SiteCheck, path: Path, settings: unknown, resolution: number, unit: string): void {
  const deadband = valueAt(settings, ['deadband']);
  if (typeof deadband !== 'number' || deadband >= resolution) return;
  const step = `${resolution} ${unit}`.trim();
  const sentence = {
    what: text((m) => m.problem.deadbandTooSmall({ deadband, step })),
    remedy: text((m) => m.remedy.addKeyLike({ key: 'deadband', example: String(resolution) })),
  };
  check.tell([...path, 'deadband'], sentence, { warning: true });
}

function warnLimit(
  check: SiteCheck,
  path: Path,
  kind: string,
  limit: number,
  range: readonly [number, number],
  unit: string,
): void {
  if (limit >= range[0] && limit <= range[1]) return;
  const shown = `${range[0]}…${range[1]} ${unit}`.trim();
  const sentence = {
    what: text((m) => m.problem.limitOutOfRange({ kind, limit, range: shown })),
    remedy: text((m) => m.remedy.limitInRange({ range: shown })),
  };
  check.tell([...path, kind], sentence, { warning: true });
}

function checkTags(check: SiteCheck, path: Path, rule: RuleConfig, selections: readonly Selection[]): void {
  const tag = valueAt(rule.settings, ['tag']);
  const found = new Map(
    rule.devices.map((name) => {
      const known = check.devices.get(name) as KnownDevice;
      return [known, conditionsOn(check, rule, known)] as const;
    }),
  );
  const lacksTag = (device: KnownDevice) =>
    device.config === undefined && typeof tag === 'string' && device.profile?.tagPaths.has(tag) === false;
  const without = ({ devices, isNamed }: Selection): readonly KnownDevice[] => {
    const bare = devices.filter((device) => found.get(device)?.length === 0 || lacksTag(device));
    return isNamed || bare.length === devices.length ? bare : [];
  };
  const bare = [...new Set(selections.flatMap(without))];
  if (bare.length > 0) tellNoTag(check, path, tag, bare);
  const conditions = [...found.values()].flatMap((one) => one ?? []);
  const steps = conditions.flatMap((one) => one.tag?.resolution ?? []);
  if (steps.length > 0) warnDeadband(check, path, rule.settings, Math.max(...steps), conditions[0]?.tag?.unit ?? '');
  const told = new Set<string>();
  for (const { condition, tag: judged } of conditions) {
    if (!judged?.range || told.has(condition.kind)) continue;
    told.add(condition.kind);
    warnLimit(check, path, condition.kind, condition.limit, judged.range, judged.unit);
  }
}

/** One rule; undefined where something is wrong with it. */
export function checkRule(check: SiteCheck, name: string, data: unknown): RuleConfig | undefined {
  const path = ['rules', name];
  const { rules } = check.registries;
  const type = valueAt(data, ['type']);
  const definition = typeof type === 'string' && Object.hasOwn(rules, type) ? rules[type] : undefined;
  if (typeof type === 'string' && !definition) {
    check.tell([...path, 'type'], wrongChoice({ key: 'type', value: type }, Object.keys(rules)));
  }
  const halves = checkHalves({
    source: check.source,
    path,
    data,
    common: ruleSchema,
    own: definition?.config,
    possible: Object.values(rules).map((one) => one.config),
  });
  check.problems.push(...halves.problems);
  const listed = valueAt(data, ['devices']);
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const selections = entries.map((entry, index) => {
    const at = [...path, 'devices', index];
    if (typeof entry !== 'string') return undefined;
    if (entries.indexOf(entry) === index) return select(check, at, entry);
    const sentence = {
      what: text((m) => m.problem.listedTwice({ name: entry })),
      remedy: text((m) => m.remedy.removeOne({ key: entry })),
    };
    check.tell(at, sentence);
    return undefined;
  });
  if (!halves.isWhole) return undefined;
  const whole = selections.filter((selection) => selection !== undefined);
  const devices = [...new Set(whole.flatMap((selection) => selection.devices.map((device) => device.name)))];
  const rule: RuleConfig = { name, type: String(type), devices, settings: halves.own };
  if (whole.length > 0) checkTags(check, path, rule, whole);
  return whole.length === selections.length ? rule : undefined;
}
