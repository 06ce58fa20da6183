import type { DriverTag, LinkPlan, PlannedRequest, Problem } from '../../gateway/contract/index.js';
import type { HttpDevice } from './device-body.js';
import { type HttpLink, pathOf } from './http-driver.js';
import type { TagAddress } from './tag-schema.js';

/** Loopback addresses: who posts runs on this box. */
const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** What will be asked, or waited for. */
export function planLink(link: HttpLink): LinkPlan {
  const { settings, devices } = link;
  const requests: PlannedRequest[] = devices.flatMap((device) =>
    device.groups.map(({ name: group, tags }) => ({
      device: device.name,
      group,
      text: settings.listen ? `waits for POST ${pathOf(device)}` : `GET ${settings.url}${device.settings.path ?? ''}`,
      fetched: tags.length,
      needed: tags.length,
      busMs: 0,
    })),
  );
  const problems = settings.listen ? listenProblems(link, settings.listen.host) : devices.flatMap(emptyProblem);
  const requestsPerSecond = settings.listen ? 0 : (devices.length * 1000) / settings.every;
  return { requests, busLoad: 0, requestsPerSecond, problems };
}

function listenProblems({ devices }: HttpLink, host: string): Problem[] {
  const problems = devices.flatMap(emptyProblem);
  const seen = new Map<string, string>();
  for (const device of devices) {
    const path = pathOf(device);
    const first = seen.get(path);
    const at = ['devices', device.name, 'path'];
    if (first !== undefined) {
      const what = { en: `\`${first}\` has the path ${path} too`, zh: `\`${first}\` 也使用路径 ${path}` };
      problems.push({ path: at, what, remedy: { en: 'write another `path`', zh: '写另一个 `path`' } });
    } else if (!path.startsWith('/')) {
      const what = { en: `the path ${path} does not begin with a slash`, zh: `路径 ${path} 没有以斜杠开头` };
      problems.push({ path: at, what, remedy: { en: `write \`/${path}\``, zh: `写成 \`/${path}\`` } });
    }
    seen.set(path, device.name);
  }
  if (!loopback.test(host)) {
    const what = {
      en: `${host} is reached from outside, and token and data pass in clear`,
      zh: `${host} 可从外部访问，令牌和数据为明文传输`,
    };
    const remedy = {
      en: 'listen on 127.0.0.1 behind a proxy with TLS, or keep the network closed',
      zh: '改为监听 127.0.0.1 并在前面加 TLS 代理，或封闭该网络',
    };
    problems.push({ path: ['listen'], what, remedy, warning: true });
  }
  return problems;
}

/** A device without tags and records takes nothing of what comes. */
function emptyProblem({ name, groups, settings }: HttpDevice): Problem[] {
  const tags: readonly DriverTag<TagAddress>[] = groups.flatMap((group) => group.tags);
  if (tags.length > 0 || settings.records.length > 0) return [];
  const what = { en: `nothing is taken of what comes for \`${name}\``, zh: `\`${name}\` 的数据没有任何内容被采用` };
  const remedy = { en: 'give its profile tags or `records`', zh: '在配置档中写 tags 或 `records`' };
  return [{ path: ['devices', name], what, remedy }];
}
