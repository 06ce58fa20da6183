import { text } from '../messages/index.js';
import { type RuleHalf, ruleSchema } from '../schema/site-schema.js';
import type { RuleConfig } from '../site.js';
import type { Path } from '../source/source.js';
import type { Judged } from './alarm-policy.js';
import { checkAlarm } from './alarms.js';
import { valueAt } from './checked.js';
import { conditionsOf, warnLimits } from './conditions.js';
import { checkHalves } from './halves.js';
import { midnight } from './midnight.js';
import { warnShortTimes } from './poll-times.js';
import { checkFormulas, checkReferences, groupOf, judgedDevices } from './references.js';
import { type Selection, selectDevices } from './selections.js';
import type { KnownDevice, SiteCheck } from './site-check.js';
import { checkSuppression } from './suppression.js';
import { wrongChoice } from './values.js';

function findDefinition(check: SiteCheck, path: Path, type: unknown) {
  const { rules } = check.registries;
  if (typeof type !== 'string') return undefined;
  if (Object.hasOwn(rules, type)) return rules[type];
  check.tell([...path, 'type'], wrongChoice({ key: 'type', value: type }, Object.keys(rules)));
  return undefined;
}

function tellNothingJudged(check: SiteCheck, path: Path, judged: readonly KnownDevice[]): void {
  const devices = judged.map(({ name }) => name);
  const choices = [...new Set(judged.flatMap(({ tagNames }) => tagNames ?? []))];
  const sentence = {
    what: text((m) => m.problem.ruleWithoutTag({ devices })),
    remedy: text((m) => m.remedy.oneOf({ choices })),
  };
  check.tell(path, sentence, { atKey: true });
}

/** Whether the rule finds something to judge, and what is odd about it; `before`: problems told before it. */
function checkJudged(
  check: SiteCheck,
  path: Path,
  rule: RuleConfig,
  selections: readonly Selection[],
  before: number,
): Omit<Judged, 'isShadowed' | 'isSuppressed'> {
  const tag = valueAt(rule.settings, ['tag']);
  const judged = [...judgedDevices(tag, selections)];
  checkFormulas(check, path, rule.settings, judged);
  warnShortTimes(check, path, rule.settings, judged);
  const tables = judged.flatMap(({ groups = [] }) => groups.map(({ table }) => table));
  const conditions = conditionsOf(check.registries, rule, tables, check.tables);
  const isKnown = check.areDevicesWhole && check.isFineSince(before);
  if (conditions.length === 0 && selections.length > 0 && isKnown) tellNothingJudged(check, path, judged);
  warnLimits(check, path, rule.settings, conditions);
  const isDerived = judged.some((device) => groupOf(device, String(tag))?.derived.includes(String(tag)));
  return { kinds: [...new Set(conditions.map(({ kind }) => kind))], isDerived };
}

const shadowUntil = (check: SiteCheck, { shadow }: RuleHalf): number | undefined =>
  shadow === undefined || !check.file ? undefined : midnight(shadow, check.file.site.timezone);

/** One rule; undefined where something is wrong with it. */
export function checkRule(check: SiteCheck, name: string, data: unknown): RuleConfig | undefined {
  const path = ['rules', name];
  const before = check.problems.length;
  const type = valueAt(data, ['type']);
  const definition = findDefinition(check, path, type);
  const { common, own, isWhole, problems } = checkHalves({
    source: check.source,
    path,
    data,
    common: ruleSchema,
    own: definition?.config,
    possible: Object.values(check.registries.rules).map((one) => one.config),
  });
  check.problems.push(...problems);
  const selected = selectDevices(check, [...path, 'devices'], valueAt(data, ['devices']));
  const selections = selected.filter((selection) => selection !== undefined);
  const suppression = checkSuppression(check, path, data);
  checkReferences(check, path, data, selections);
  if (!isWhole || !common) return undefined;
  const devices = [...new Set(selections.flatMap((selection) => selection.devices.map((device) => device.name)))];
  const { formerly, alarm: half } = common;
  const until = shadowUntil(check, common);
  const rule: RuleConfig = {
    name,
    formerly,
    type: String(type),
    devices,
    settings: own,
    alarm: undefined,
    shadowUntil: until,
  };
  const judged = checkJudged(check, path, rule, selections, before);
  if (!half) return check.isFineSince(before) ? rule : undefined;
  warnShortTimes(check, [...path, 'alarm', 'suppress'], suppression, judgedDevices(valueAt(own, ['tag']), selections));
  const isShadowed = common.shadow !== undefined;
  const alarm = checkAlarm(check, path, rule, half, {
    ...judged,
    isShadowed,
    isSuppressed: half.suppress !== undefined,
  });
  return alarm && check.isFineSince(before) ? { ...rule, alarm } : undefined;
}
