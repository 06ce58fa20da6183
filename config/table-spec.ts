import type { DriverLink, Json, Tag, TagTableSpec } from '../gateway/contract/index.js';
import type { DerivedTagConfig, DeviceConfig, GroupConfig, LinkConfig, TagConfig } from './site.js';

type TagCommon = TagConfig | DerivedTagConfig;

const common = ({ name, unit, resolution, range, statutory }: TagCommon): Omit<Tag, 'type'> => ({
  name,
  unit,
  ...(resolution === undefined ? {} : { resolution }),
  ...(range === undefined ? {} : { range }),
  ...(statutory ? { statutory } : {}),
});

/** How a derived tag came to be, kept with its frames. */
const sourceOf = (tag: DerivedTagConfig): Json =>
  'curve' in tag ? { curve: tag.curve.map((point) => [...point]), of: tag.of } : { formula: tag.formula };

/** What the frames of one poll group hold: its tags in order, then the derived ones. */
export function tableSpec(
  site: string,
  link: string,
  device: DeviceConfig,
  group: GroupConfig,
  configuration: string,
): TagTableSpec {
  const read = group.tags.map(
    (tag): Tag => ({
      ...common(tag),
      type: tag.type,
      source: { address: tag.address as Json, scale: tag.scale, offset: tag.offset },
    }),
  );
  const derived = group.derived.map((tag): Tag => ({ ...common(tag), type: 'number', source: sourceOf(tag) }));
  return {
    site,
    link,
    device: device.name,
    profile: device.profile,
    group: group.name,
    configuration,
    tags: [...read, ...derived],
  };
}

/** A link as its driver sees it. The halves were parsed by the driver's own schemas, which is why `never` is right. */
export function driverLink(link: LinkConfig): DriverLink<never, never, never> {
  const devices = link.devices.map((device) => ({
    name: device.name,
    profile: device.profile,
    settings: device.settings as never,
    groups: device.groups.map((group) => ({
      name: group.name,
      everyMs: group.everyMs,
      tags: group.tags.map((tag) => ({
        name: tag.name,
        type: tag.type,
        statutory: tag.statutory,
        address: tag.address as never,
      })),
    })),
  }));
  return { name: link.name, settings: link.settings as never, devices };
}
