import type { DriverDevice, LinkPlan, PlannedRequest, Problem, Text } from '../../gateway/contract/index.js';
import { hasConditions } from './alarms/condition-tags.js';
import type { DeviceSettings } from './device-schema.js';
import { itemsOfGroup } from './items.js';
import type { OpcuaLink } from './opcua-link.js';
import { isAlarm, type TagAddress } from './tag-schema.js';

type Device = DriverDevice<DeviceSettings, TagAddress>;

/** What is subscribed or polled of each group. The server sends by itself, so nothing is asked of a subscription. */
export function planLink(link: OpcuaLink): LinkPlan {
  const { settings, devices } = link;
  const requests: PlannedRequest[] = [];
  let requestsPerSecond = 1000 / settings.keepAlive;
  for (const device of devices) {
    const isPolled = device.settings.read === 'polled';
    for (const { name: group, everyMs, tags } of device.groups) {
      const items = itemsOfGroup(device.settings, { everyMs, tags }).length;
      const interval = isPolled ? everyMs : (settings.publishing ?? everyMs);
      const alarms = tags.filter(({ address }) => isAlarm(address)).length;
      const nodes = `${isPolled ? 'reads' : 'subscribes to'} ${items} nodes, each ${interval} ms`;
      const text = alarms > 0 ? `${nodes}; watches ${alarms} alarms` : nodes;
      requests.push({ device: device.name, group, text, fetched: items, needed: items, busMs: 0 });
      if (isPolled) requestsPerSecond += 1000 / everyMs;
    }
  }
  const problems = [...securityProblems(link), ...devices.flatMap((device) => deviceProblems(link, device))];
  return { requests, busLoad: 0, requestsPerSecond, problems };
}

const warning = (path: Problem['path'], what: Text, remedy: Text): Problem => ({ path, what, remedy, warning: true });

function securityProblems({ settings: { security, user } }: OpcuaLink): Problem[] {
  if (security !== 'none') return [];
  const remedy = {
    en: 'write `security: { policy: Basic256Sha256 }` when the server has it',
    zh: '若服务器支持，写成 `security: { policy: Basic256Sha256 }`',
  };
  const what = {
    en: 'without security anyone on the network can read and alter what the server says',
    zh: '没有安全策略时，网络上任何人都能读取和篡改服务器的数据',
  };
  const problems = [warning(['security'], what, remedy)];
  if (user && 'name' in user) {
    const open = {
      en: 'the password may cross the network readable: the server decides whether it is encrypted',
      zh: '密码可能以明文经过网络：是否加密由服务器决定',
    };
    problems.push(warning(['user'], open, remedy));
  }
  return problems;
}

function deviceProblems({ settings: { history } }: OpcuaLink, device: Device): Problem[] {
  const { name, settings, groups } = device;
  const problems: Problem[] = [];
  if (settings.notifier && !settings.alarms && !hasConditions(device)) {
    const what = { en: 'a notifier without alarms does nothing', zh: '没有报警时 notifier 不起作用' };
    const remedy = {
      en: 'write `alarms: true` too, or tags with `alarm`',
      zh: '同时写 `alarms: true`，或加上带 `alarm` 的点',
    };
    problems.push({ path: ['devices', name, 'notifier'], what, remedy });
  }
  const watched = groups.flatMap(({ tags }) => tags.flatMap(({ address }) => (isAlarm(address) ? [] : address)));
  const isWatched = [settings, ...watched].some(({ queue, deadband, sampling }) => queue ?? deadband ?? sampling);
  if (settings.read === 'polled' && isWatched) {
    const what = {
      en: `${name} is polled: \`sampling\`, \`queue\` and \`deadband\` are of subscriptions`,
      zh: `${name} 为轮询：\`sampling\`、\`queue\` 和 \`deadband\` 只用于订阅`,
    };
    const remedy = { en: 'leave them out', zh: '去掉它们' };
    problems.push(warning(['devices', name, 'read'], what, remedy));
  }
  if (history && settings.deadband) {
    const what = {
      en: `what history fills in of ${name} has every value, also changes within the deadband`,
      zh: `${name} 的历史补录包含全部数值，包括死区以内的变化`,
    };
    const remedy = { en: 'nothing need be done', zh: '无需处理' };
    problems.push(warning(['devices', name, 'deadband'], what, remedy));
  }
  return problems;
}
