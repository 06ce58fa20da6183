import type { LinkPlan, PlannedRequest, Problem, Text } from '../../../gateway/contract/index.js';
import type { JsonLink } from './json-listener.js';
import { partsOf } from './json-parts.js';

/** What the link listens for. Nothing is asked: the devices speak when they like. */
export function planLink(link: JsonLink): LinkPlan {
  const requests: PlannedRequest[] = [];
  const problems: Problem[] = [];
  for (const device of link.devices) {
    for (const { filter, slots } of partsOf(device)) {
      for (const { name: group } of device.groups) {
        const tags = slots.filter((slot) => slot.group === group).length;
        if (tags === 0) continue;
        const text = `listens to ${filter}`;
        requests.push({ device: device.name, group, text, fetched: tags, needed: tags, busMs: 0 });
      }
    }
    if (link.settings.session === 'persistent' && !device.settings.time && device.groups.length > 0) {
      problems.push(untimed(device.name));
    }
  }
  problems.push(...sharedTopics(link));
  return { requests, busLoad: 0, requestsPerSecond: 0, problems };
}

/** Two devices that hear the same messages and read the same in them are one device under two names. */
function sharedTopics({ devices }: JsonLink): Problem[] {
  const first = new Map<string, string>();
  const problems: Problem[] = [];
  for (const device of devices) {
    const says = partsOf(device).flatMap(({ filter, slots }) =>
      slots.map(({ address }) => `${filter} ${JSON.stringify(address.path)}`),
    );
    const key = says.toSorted().join('\n');
    const other = first.get(key);
    if (key !== '' && other !== undefined) problems.push(sameDevice(device.name, other));
    else first.set(key, device.name);
    for (const { filter, availability } of partsOf(device)) {
      if (availability && /\+/.test(filter)) problems.push(wideAvailability(device.name, filter));
    }
  }
  return problems;
}

const problem = (path: readonly string[], what: Text, remedy: Text, warning = false): Problem => ({
  path,
  what,
  remedy,
  ...(warning && { warning }),
});

const untimed = (device: string): Problem =>
  problem(
    ['devices', device],
    {
      en: `${device} tells no time: what the broker kept for us is labelled with the time it arrives`,
      zh: `${device} 的消息不带时间：服务器代存的消息将按到达时间标记`,
    },
    {
      en: 'write `time` with `lateAfter` for the device, or `session: clean`',
      zh: '为设备写 `time` 和 `lateAfter`，或写 `session: clean`',
    },
    true,
  );

const sameDevice = (device: string, other: string): Problem =>
  problem(
    ['devices', device],
    { en: `${device} reads the same messages as ${other}`, zh: `${device} 与 ${other} 读取相同的消息` },
    {
      en: 'give each its own topic, such as `farm/{device}/state`',
      zh: '为各设备写不同主题，例如 `farm/{device}/state`',
    },
  );

const wideAvailability = (device: string, filter: string): Problem =>
  problem(
    ['devices', device, 'availability'],
    {
      en: `${filter} is more than one topic: whose last will it is nobody could tell`,
      zh: `${filter} 包含多个主题：无法判断是谁的遗嘱`,
    },
    { en: 'write the one topic, without `+`', zh: '写出唯一的主题，不用 `+`' },
  );
