import type { Tag, TagTableSpec, TagType } from '../gateway/contract/index.js';

const tag = <Name extends string>(name: Name, type: TagType, unit: string) =>
  ({ name, type, unit }) satisfies Tag as Tag & { readonly name: Name };

/** The built-in device: the box that the gateway runs on. */
export const boxDevice = 'box';

/** Its tags, ordinary ones; one that this board does not tell stays absent. */
export const boxTags = [
  tag('clock_trusted', 'boolean', ''),
  tag('clock_source', 'text', ''),
  tag('device_clock_offset', 'number', 's'),
  tag('device_clock_device', 'text', ''),
  tag('disk_free', 'number', 'MB'),
  tag('flash_life_used', 'number', '%'),
  tag('memory_free', 'number', 'MB'),
  tag('memory_used', 'number', '%'),
  tag('gateway_memory', 'number', 'MB'),
  tag('load', 'number', ''),
  tag('cpu_temperature', 'number', '°C'),
  tag('mains_present', 'boolean', ''),
  tag('battery', 'number', '%'),
  tag('supply_voltage', 'number', 'V'),
  tag('uplink_present', 'boolean', ''),
  tag('backlog', 'integer', ''),
] as const;

export type BoxTagName = (typeof boxTags)[number]['name'];

/** What the frames of the box hold. */
export function boxTableSpec(site: string, configuration: string): TagTableSpec {
  return { site, link: boxDevice, device: boxDevice, profile: boxDevice, group: 'main', configuration, tags: boxTags };
}
