import { driverLink, type Registries, tableSpec } from '../../config/index.js';
import type { GroupConfig, LinkConfig, RuleConfig, SiteConfig } from '../../config/site.js';
import { buildTransforms, IsolatedRule } from '../../pipelines/index.js';
import {
  type Clock,
  type ConditionDescription,
  isSubscribed,
  type Json,
  type LinkTables,
  type Log,
  type PolledDriver,
  type Rule,
  type TagTable,
} from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import { boxTableSpec } from './box.js';
import type { PipelineMemory, TablePipeline } from './pipeline.js';
import type { PollItem } from './poll-queue.js';

export interface CompiledLink {
  readonly config: LinkConfig;
  readonly driver: PolledDriver;
  readonly items: readonly PollItem[];
  readonly tables: LinkTables;
}

/** Called each time a rule failed and begins anew, with its name and what it may have found active. */
export type OnRuleFailed = (rule: string, conditions: readonly ConditionDescription[]) => void;

/** A site made ready to run: drivers, tag tables, transforms and rules, compiled once at start. */
export interface CompiledSite {
  readonly links: readonly CompiledLink[];
  readonly pipelines: ReadonlyMap<number, TablePipeline>;
  readonly conditions: ReadonlyMap<string, ConditionDescription>;
  readonly boxTable: TagTable;
  /**
   * Gives transforms and rules back what they remembered; memory of what is gone is passed over. Returns the keys of the
   * conditions whose rule goes on where it was. From here on rules that fail are told.
   */
  restore(memory: PipelineMemory | undefined, onRuleFailed: OnRuleFailed): ReadonlySet<string>;
}

interface Ports {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

async function compileLink(
  config: LinkConfig,
  registries: Registries,
  site: SiteConfig,
  ports: Ports,
): Promise<CompiledLink> {
  const { journal, clock, log } = ports;
  const definition = registries.drivers[config.driver];
  if (!definition) throw new Error(`no driver ${config.driver}`);
  const learned = {
    get: (device: string) => journal.learned(config.name, device),
    set: (device: string, facts: Json) => journal.learn(config.name, device, facts),
  };
  const driver = await definition.create(driverLink(config), { log, clock, learned });
  if (isSubscribed(driver)) throw new Error(`link ${config.name}: subscribed drivers are not hosted yet`);
  const tables = new Map(
    config.devices.map((device) => {
      const table = (group: GroupConfig): TagTable =>
        journal.table(tableSpec(site.site.id, config.name, device, group, site.hash));
      return [device.name, new Map(device.groups.map((group) => [group.name, table(group)]))];
    }),
  );
  const items = config.devices.flatMap((device) =>
    device.groups.map(({ name, everyMs }) => ({ device: device.name, group: name, everyMs })),
  );
  return { config, driver, items, tables };
}

/** One rule of the site file over one table, when it concerns it. */
function compileRule(
  config: RuleConfig,
  registries: Registries,
  table: TagTable,
  log: Log,
  onFailed: OnRuleFailed,
): { name: string; rule: IsolatedRule; conditions: readonly ConditionDescription[] } | undefined {
  if (!config.devices.includes(table.device)) return undefined;
  const definition = registries.rules[config.type];
  const create = () => definition?.create(config.name, config.settings as never, table);
  const compiled = create();
  if (!compiled) return undefined;
  let hasBegun = false;
  const begin = (): Rule => {
    const { rule } = create() ?? compiled;
    // A rule is asked for at once, and again after each failure.
    if (hasBegun) onFailed(config.name, compiled.conditions);
    hasBegun = true;
    return rule;
  };
  const rule = new IsolatedRule(begin, (error) =>
    log.error({ rule: config.name, device: table.device, err: error }, 'rule failed in a way it should not'),
  );
  return { name: config.name, rule, conditions: compiled.conditions };
}

export async function compileSite(site: SiteConfig, registries: Registries, ports: Ports): Promise<CompiledSite> {
  const links: CompiledLink[] = [];
  for (const link of site.links) links.push(await compileLink(link, registries, site, ports));
  const pipelines = new Map<number, TablePipeline>();
  const conditions = new Map<string, ConditionDescription>();
  let tellFailed: OnRuleFailed = () => undefined;
  const onFailed: OnRuleFailed = (rule, own) => tellFailed(rule, own);
  for (const { config, tables } of links) {
    for (const device of config.devices) {
      for (const group of device.groups) {
        const table = tables.get(device.name)?.get(group.name) as TagTable;
        const rules = site.rules.flatMap((rule) => compileRule(rule, registries, table, ports.log, onFailed) ?? []);
        for (const rule of rules) for (const one of rule.conditions) conditions.set(one.key, one);
        pipelines.set(table.number, {
          key: `${device.name}/${group.name}`,
          transform: buildTransforms(group, table),
          rules,
        });
      }
    }
  }
  const boxTable = ports.journal.table(boxTableSpec(site.site.id, site.hash));
  return {
    links,
    pipelines,
    conditions,
    boxTable,
    restore(memory, onRuleFailed) {
      tellFailed = onRuleFailed;
      const goOn = new Set<string>();
      for (const { key, transform, rules } of pipelines.values()) {
        const remembered = memory?.transforms[key];
        if (remembered !== undefined) transform.restore(remembered);
        for (const { name, rule, conditions: own } of rules) {
          const state = memory?.rules[`${key}/${name}`];
          if (state === undefined) continue;
          rule.restore(state);
          for (const condition of own) goOn.add(condition.key);
        }
      }
      return goOn;
    },
  };
}
