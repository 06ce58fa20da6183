import type { DriverLink, LinkPlan, PlannedRequest, Problem } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { LinkSettings } from './link-schema.js';
import type { TagAddress } from './tag-schema.js';

/** What stations are expected to send. Nothing is asked for, so nothing of the wire is taken. */
export function planLink({ devices }: DriverLink<LinkSettings, DeviceSettings, TagAddress>): LinkPlan {
  const requests: PlannedRequest[] = [];
  const problems: Problem[] = [];
  const named = new Map<string, string>();
  for (const { name: device, settings, groups } of devices) {
    const other = named.get(settings.station);
    if (other !== undefined) problems.push(stationTwice(device, other, settings.station));
    named.set(settings.station, device);
    for (const { name: group, tags } of groups) {
      const reported = [...new Set(tags.map(({ address }) => address.quantity))];
      const text = `station ${settings.station} reports ${reported.join(', ')}`;
      requests.push({ device, group, text, fetched: reported.length, needed: reported.length, busMs: 0 });
    }
  }
  return { requests, busLoad: 0, requestsPerSecond: 0, problems };
}

const stationTwice = (device: string, other: string, station: string): Problem => ({
  path: ['devices', device, 'station'],
  what: {
    en: `${device} has the address of ${other}, ${station}`,
    zh: `${device} 与 ${other} 的监测站地址相同：${station}`,
  },
  remedy: { en: 'give each station an address of its own', zh: '为每个监测站设置不同的地址' },
});
