import { boxTableSpec, contextTableSpec, type Registries, tableSpec } from '../../../config/index.js';
import type { SiteConfig } from '../../../config/site.js';
import { silentLog, type TagTableSpec } from '../../contract/index.js';
import type { AlarmDefinition } from '../alarms/definition.js';
import { type CompiledRules, compileRules } from '../compile-rules.js';

/** Every tag table of a site, those of the built-in devices `box` and `context` last. */
export const tableSpecsOf = ({ site, links, context, hash }: SiteConfig): TagTableSpec[] => [
  ...links.flatMap(({ name, devices }) =>
    devices.flatMap((device) => device.groups.map((group) => tableSpec(site.id, name, device, group, hash))),
  ),
  boxTableSpec(site.id, hash),
  ...[contextTableSpec(site.id, context, hash)].filter((table) => table !== undefined),
];

/** The rules of a site as a start would compile them, without a journal: to look at what it watches. */
export function rulesOfSite(site: SiteConfig, registries: Registries): CompiledRules {
  const tables = tableSpecsOf(site).map((spec, index) => ({ ...spec, number: index + 1 }));
  return compileRules(site, tables, { registries, log: silentLog });
}

/** An alarm of a site, and the rule of the site file it comes from; undefined for what the gateway itself watches. */
export interface SiteAlarm {
  readonly definition: AlarmDefinition;
  readonly rule: string | undefined;
}

/** Every alarm of a site, in the order of its file. */
export function siteAlarms(site: SiteConfig, registries: Registries): SiteAlarm[] {
  const all = tableSpecsOf(site);
  const ruleByKey = new Map(
    site.rules.flatMap(({ name, type, devices, settings }) => {
      const tables = all.filter(({ device }) => devices.includes(device));
      // What the definition's own schema parsed is handed back to it.
      const compiled = registries.rules[type]?.create(name, settings as never, tables, all) ?? [];
      return compiled.flatMap(({ conditions }) => conditions.map(({ key }) => [key, name] as const));
    }),
  );
  const { alarms } = rulesOfSite(site, registries);
  return [...alarms.values()].map((definition) => ({ definition, rule: ruleByKey.get(definition.key) }));
}
