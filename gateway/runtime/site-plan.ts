import { boxTableSpec, contextTableSpec, driverLink, type Registries, tableSpec } from '../../config/index.js';
import type { GroupConfig, LinkConfig, SiteConfig } from '../../config/site.js';
import { buildTransforms, type ContextReader } from '../../pipelines/index.js';
import { type Clock, type Driver, type Json, type LinkTables, type Log, type TagTable } from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import { type CompiledRules, compileRules } from './compile-rules.js';
import type { PipelineMemory, TablePipeline } from './pipeline.js';
import type { PollItem } from './poll-queue.js';
import { resolveSecret } from './secret.js';

export interface CompiledLink {
  readonly config: LinkConfig;
  readonly driver: Driver;
  readonly items: readonly PollItem[];
  readonly tables: LinkTables;
}

/** A site made ready to run: drivers, tag tables, transforms and rules, compiled once at start. */
export interface CompiledSite {
  readonly links: readonly CompiledLink[];
  readonly pipelines: ReadonlyMap<number, TablePipeline>;
  readonly rules: CompiledRules;
  readonly boxTable: TagTable;
  /** Undefined for a site without context. */
  readonly contextTable: TagTable | undefined;
  /** Gives transforms and rules back what they remembered; memory of what is gone is passed over. */
  restore(memory: PipelineMemory | undefined): void;
}

interface Ports {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  /** For formulas. */
  readonly readContext: ContextReader;
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
  const driver = await definition.create(driverLink(config), { log, clock, learned, secret: resolveSecret });
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

export async function compileSite(site: SiteConfig, registries: Registries, ports: Ports): Promise<CompiledSite> {
  const links: CompiledLink[] = [];
  for (const link of site.links) links.push(await compileLink(link, registries, site, ports));
  const pipelines = new Map<number, TablePipeline>();
  const tables: TagTable[] = [];
  for (const { config, tables: ofLink } of links) {
    for (const device of config.devices) {
      for (const group of device.groups) {
        const table = ofLink.get(device.name)?.get(group.name) as TagTable;
        tables.push(table);
        const transform = buildTransforms(group, table, ports.readContext);
        pipelines.set(table.number, { key: `${device.name}/${group.name}`, transform });
      }
    }
  }
  const boxTable = ports.journal.table(boxTableSpec(site.site.id, site.hash));
  const contextSpec = contextTableSpec(site.site.id, site.context, site.hash);
  const contextTable = contextSpec && ports.journal.table(contextSpec);
  const builtIn = [boxTable, ...(contextTable ? [contextTable] : [])];
  const rules = compileRules(site, [...tables, ...builtIn], { registries, log: ports.log });
  return {
    links,
    pipelines,
    rules,
    boxTable,
    contextTable,
    restore(memory) {
      for (const { key, transform } of pipelines.values()) {
        const remembered = memory?.transforms[key];
        if (remembered !== undefined) transform.restore(remembered);
      }
      rules.restore(memory?.rules ?? {});
    },
  };
}
