import type { DriverDevice, LinkPlan, PlannedRequest, Problem } from '../../gateway/contract/index.js';
import { type DataKind, dataKindNames, dataKinds } from './data-kinds.js';
import type { DeviceSettings } from './device-schema.js';
import type { Hj212Link } from './hj212-driver.js';
import type { TagAddress } from './tag-schema.js';

type Device = DriverDevice<DeviceSettings, TagAddress>;

/** Lengths of station numbers: HJ 212-2017, and HJ/T 212-2005. */
const numberLengths: readonly number[] = [24, 14];
/** Nobody sends means of less. */
const minuteDataMinMs = 60_000;

/** What the link waits for. Stations send by themselves: the line is not asked, and nothing of it is taken. */
export function planLink({ devices }: Hj212Link): LinkPlan {
  const requests: PlannedRequest[] = [];
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const device of devices) {
    problems.push(...numberProblems(device, seen), ...device.groups.flatMap((group) => groupProblems(device, group)));
    for (const { name: group, tags } of device.groups) {
      for (const kind of kindsOf(tags)) {
        const needed = tags.filter(({ address }) => address.data === kind).length;
        const text = `station ${device.settings.mn} · listens for ${kind} data (${dataKinds[kind].command})`;
        requests.push({ device: device.name, group, text, fetched: needed, needed, busMs: 0 });
      }
    }
  }
  return { requests, busLoad: 0, requestsPerSecond: 0, problems };
}

const kindsOf = (tags: Device['groups'][number]['tags']): readonly DataKind[] =>
  dataKindNames.filter((kind) => tags.some(({ address }) => address.data === kind));

function numberProblems({ name, settings: { mn } }: Device, seen: Map<string, string>): Problem[] {
  const path = ['devices', name, 'mn'];
  const other = seen.get(mn);
  seen.set(mn, name);
  if (other !== undefined) {
    const what = { en: `${other} has the same MN`, zh: `${other} 的 MN 与此相同` };
    return [{ path, what, remedy: { en: 'write the MN of each station', zh: '分别写各站点的 MN' } }];
  }
  if (numberLengths.includes(mn.length)) return [];
  const what = {
    en: `\`${mn}\` has ${mn.length} characters; an MN has 24, of the version of 2005 it has 14`,
    zh: `\`${mn}\` 为 ${mn.length} 位；MN 应为 24 位，2005 版为 14 位`,
  };
  return [{ path, what, remedy: { en: 'compare it with the station', zh: '与站点设置核对' }, warning: true }];
}

/** Whether minute data is news is judged by its interval. */
function groupProblems({ name }: Device, { name: group, tags, everyMs }: Device['groups'][number]): Problem[] {
  if (everyMs >= minuteDataMinMs || !kindsOf(tags).includes('minute')) return [];
  const what = {
    en: `minute data is in a group of ${everyMs / 1000} s`,
    zh: `分钟数据所在组的周期为 ${everyMs / 1000} 秒`,
  };
  const remedy = {
    en: "put it in a group of its own with the interval of the station's minute data: `groups: { minute: 10min }`",
    zh: '放入单独的组，周期与站点分钟数据一致：`groups: { minute: 10min }`',
  };
  return [{ path: ['devices', name, 'groups', group], what, remedy, warning: true }];
}
