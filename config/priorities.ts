import { type Priority, priorities } from '../gateway/contract/index.js';
import { boxTableSpec } from './box-tags.js';
import { contextTableSpec } from './context-tags.js';
import { conditionsOf } from './check/conditions.js';
import type { Registries } from './registries.js';
import type { SiteConfig } from './site.js';
import { tableSpec } from './table-spec.js';

/** How many alarms a site can raise, by priority, and how many conditions are events that nobody has to act on. */
export type PriorityDistribution = Readonly<Record<Priority | 'events', number>>;

/**
 * Counts the conditions of a site's rules by what the site file makes of them. Alarms of the gateway itself, such as a lost
 * link, are not among them: nobody configured those.
 */
export const priorityCounter =
  (registries: Registries) =>
  (site: SiteConfig): PriorityDistribution => {
    const counts = Object.fromEntries([...priorities, 'events' as const].map((one) => [one, 0])) as Record<
      Priority | 'events',
      number
    >;
    const onLinks = site.links.flatMap(({ name, devices }) =>
      devices.flatMap((device) =>
        device.groups.map((group) => tableSpec(site.site.id, name, device, group, site.hash)),
      ),
    );
    const context = contextTableSpec(site.site.id, site.context, site.hash);
    const all = [...onLinks, boxTableSpec(site.site.id, site.hash), ...(context ? [context] : [])];
    for (const rule of site.rules) {
      const tables = all.filter(({ device }) => rule.devices.includes(device));
      for (const { kind } of conditionsOf(registries, rule, tables, all)) {
        const rationale = rule.alarm?.kinds[kind] ?? rule.alarm?.shared;
        counts[rationale?.priority ?? 'events'] += 1;
      }
    }
    return counts;
  };
