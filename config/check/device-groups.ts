import type { DerivedTagConfig, GroupConfig, TagConfig } from '../site.js';
import { mainGroup } from '../schema/profile-schema.js';
import type { DeviceHalf } from '../schema/site-schema.js';
import type { ProfileContent, ProfileDerived, ProfileTag } from './profile.js';

const checks = ({
  name,
  half,
}: Pick<ProfileTag, 'name'> & { readonly half: ProfileTag['half'] | ProfileDerived['half'] }) => ({
  name,
  formerly: half.formerly,
  unit: half.unit,
  resolution: half.resolution,
  range: half.range,
  statutory: 'statutory' in half && half.statutory,
  jumpPerSecond: half.jump,
  stuckAfterMs: half.stuckAfter,
});

const tagConfig = (tag: ProfileTag): TagConfig => ({
  ...checks(tag),
  type: tag.type,
  scale: tag.half.scale,
  offset: tag.half.offset,
  address: tag.address,
});

function derivedConfig(tag: ProfileDerived): DerivedTagConfig {
  const { half } = tag;
  if ('curve' in half) return { ...checks(tag), curve: half.curve, of: half.of };
  return { ...checks(tag), formula: half.formula };
}

/** The poll groups of one device: the profile's, with the device's own intervals; groups without tags are left out. */
export function deviceGroups(content: ProfileContent, device: DeviceHalf): GroupConfig[] {
  const intervals: Readonly<Record<string, number>> = {
    [mainGroup]: content.pollMs,
    ...content.groupMs,
    ...(device.poll === undefined ? {} : { [mainGroup]: device.poll }),
    ...device.groups,
  };
  return Object.entries(intervals)
    .map(([name, everyMs]) => ({
      name,
      everyMs,
      tags: content.tags.filter(({ half }) => half.group === name).map(tagConfig),
      derived: content.derived.filter(({ group }) => group === name).map(derivedConfig),
    }))
    .filter(({ tags }) => tags.length > 0);
}
