import { text } from '../messages/index.js';
import type { RuleConfig } from '../site.js';
import { valueAt } from './checked.js';
import { conditionsOf } from './conditions.js';
import { nearest } from './nearest.js';
import type { SiteCheck } from './site-check.js';

/** Alarms of each first-out group, and where the group is named first. */
function countGroups(check: SiteCheck, rules: readonly RuleConfig[]) {
  const groups = new Map<string, { count: number; readonly path: readonly string[] }>();
  for (const rule of rules) {
    const { alarm } = rule;
    if (![alarm?.shared, ...Object.values(alarm?.kinds ?? {})].some((one) => one?.group !== undefined)) continue;
    const tables = check.tables.filter(({ device }) => rule.devices.includes(device));
    for (const { kind } of conditionsOf(check.registries, rule, tables, check.tables)) {
      const group = (alarm?.kinds[kind] ?? alarm?.shared)?.group;
      if (group === undefined) continue;
      const at = ['rules', rule.name, 'alarm'];
      const own = [...at, 'kinds', kind, 'group'];
      const path = valueAt(check.data, own) === undefined ? [...at, 'group'] : own;
      const known = groups.get(group);
      if (known) known.count += 1;
      else groups.set(group, { count: 1, path });
    }
  }
  return groups;
}

/** Warns of a first-out group of one alarm: which of a group came first is then no question, so a name is misspelt. */
export function warnLoneGroups(check: SiteCheck, rules: readonly RuleConfig[]): void {
  const groups = countGroups(check, rules);
  for (const [group, { count, path }] of groups) {
    if (count > 1) continue;
    const others = [...groups.keys()].filter((one) => one !== group);
    const meant = nearest(group, others);
    const sentence = {
      what: text((m) => m.problem.loneGroup({ group })),
      remedy: text((m) => (meant ? m.remedy.writeValue({ value: meant }) : m.remedy.groupMore())),
    };
    check.tell(path, sentence, { warning: true });
  }
}
