import type { DriverLink, LinkPlan, PlannedRequest, Problem } from '../../gateway/contract/index.js';

/**
 * What stations are expected to send, `nameOf` each of it. Nothing is asked for, so nothing of the wire is taken; two
 * stations of one address are a problem.
 */
export function planStations<Address>(
  { devices }: DriverLink<unknown, { readonly station: string }, Address>,
  nameOf: (address: Address) => string,
): LinkPlan {
  const requests: PlannedRequest[] = [];
  const problems: Problem[] = [];
  const named = new Map<string, string>();
  for (const { name: device, settings, groups } of devices) {
    const other = named.get(settings.station);
    if (other !== undefined) problems.push(stationTwice(device, other, settings.station));
    named.set(settings.station, device);
    for (const { name: group, tags } of groups) {
      const reported = [...new Set(tags.map(({ address }) => nameOf(address)))];
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
    zh: `${device} 与 ${other} 的测站地址相同：${station}`,
  },
  remedy: { en: 'give each station an address of its own', zh: '为每个测站设置不同的地址' },
});
