import type { LinkPlan, Problem } from '../../../gateway/contract/index.js';
import type { SparkplugLink } from './sparkplug-listener.js';

/** What the link listens for. Nothing is asked but births. */
export function planLink({ devices }: SparkplugLink): LinkPlan {
  const requests = devices.flatMap(({ name: device, settings, groups }) =>
    groups.map(({ name: group, tags }) => {
      const text = `listens to ${nameOf(settings)}`;
      return { device, group, text, fetched: tags.length, needed: tags.length, busMs: 0 };
    }),
  );
  const first = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { name, settings } of devices) {
    const other = first.get(nameOf(settings));
    if (other === undefined) first.set(nameOf(settings), name);
    else problems.push(sameDevice(name, other, nameOf(settings)));
  }
  return { requests, busLoad: 0, requestsPerSecond: 0, problems };
}

const nameOf = ({ group, node, device }: SparkplugLink['devices'][number]['settings']): string =>
  [group, node, ...(device === undefined ? [] : [device])].join('/');

const sameDevice = (device: string, other: string, what: string): Problem => ({
  path: ['devices', device],
  what: { en: `${device} and ${other} are both ${what}`, zh: `${device} 与 ${other} 都是 ${what}` },
  remedy: {
    en: 'write all its tags in one profile, or name another `device`',
    zh: '把它的点写进同一个设备模板，或写另一个 `device`',
  },
});
