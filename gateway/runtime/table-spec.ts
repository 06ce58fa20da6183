import type { GroupConfig } from '../../config/site.js';
import type { Tag, TagTableSpec } from '../contract/index.js';

type Common = GroupConfig['tags'][number] | GroupConfig['derived'][number];

function tagOf(tag: Common, type: Tag['type'], source: Tag['source']): Tag {
  return {
    name: tag.name,
    type,
    unit: tag.unit,
    ...(tag.resolution !== undefined && { resolution: tag.resolution }),
    ...(tag.range !== undefined && { range: tag.range }),
    ...(tag.statutory && { statutory: true }),
    ...(source !== undefined && { source }),
  };
}

/** The table of one poll group: its own tags in order, then the derived ones. */
export function tableSpecOf(
  place: { site: string; link: string; device: string; profile: string; configuration: string },
  group: GroupConfig,
): TagTableSpec {
  const { site, link, device, profile, configuration } = place;
  const read = group.tags.map((tag) =>
    tagOf(tag, tag.type, { address: tag.address as never, scale: tag.scale, offset: tag.offset }),
  );
  const derived = group.derived.map((tag) => tagOf(tag, 'number', { formula: tag.formula }));
  return { site, link, device, profile, group: group.name, configuration, tags: [...read, ...derived] };
}
