import type {
  DriverDevice,
  DriverLink,
  LinkPlan,
  PlannedRequest,
  Problem,
  Text,
} from '../../gateway/contract/index.js';
import { dialInProblems } from '../streams/index.js';
import { bitsPerRegister, type DeviceSettings } from './device-schema.js';
import { alikeReads, withDistinctShapes } from './distinct-shapes.js';
import { nothingLearned } from './learned-facts.js';
import { type LinkSettings, type ResolvedLink, resolveLink } from './link-schema.js';
import { compilePoll, type Poll, rangeOf, type Read, readMs } from './poll.js';
import { answerDataBytes, isBitFunction } from './register-bus.js';
import { formatRange } from './register-reference.js';
import type { TagAddress } from './tag-schema.js';
import { dataMs } from './wire-time.js';

type Device = DriverDevice<DeviceSettings, TagAddress>;

/** Units a line may have (Modbus over Serial Line V1.02 §2.2); 0 is a broadcast, which nobody answers. */
const lineUnitMax = 247;

/** What the link will do each round, before any device has taught anything. */
export function planLink(link: DriverLink<LinkSettings, DeviceSettings, TagAddress>): LinkPlan {
  const resolved = resolveLink(link.settings);
  const isLine = link.settings.framing !== 'tcp';
  const requests: PlannedRequest[] = [];
  const problems: Problem[] = dialInProblems(link.settings.dialIn);
  let [busLoad, requestsPerSecond] = [0, 0];
  for (const device of link.devices) {
    problems.push(...unitProblems(device, isLine), ...tagProblems(device));
    const { settings, groups } = device;
    const planned = new Map(
      groups.map(({ name, tags }) => [name, compilePoll(tags, settings, nothingLearned, resolved.timing)]),
    );
    const polls = isLine ? withDistinctShapes(planned, settings, nothingLearned) : planned;
    const alike = isLine ? alikeReads(polls.values()) : new Set<Read>();
    for (const { name, everyMs } of groups) {
      for (const read of (polls.get(name) as Poll).reads) {
        const waitMs = alike.has(read) ? resolved.latenessMs : (settings.pause ?? 0);
        const busMs = readMs(resolved.timing, read.functionCode, read.count) + waitMs;
        requests.push(plannedRequest(device, name, read, busMs));
        busLoad += busMs / everyMs;
        requestsPerSecond += 1000 / everyMs;
        problems.push(...answerProblems(device, read, resolved));
      }
    }
  }
  if (busLoad > 1) problems.push(overload(busLoad));
  return { requests, busLoad, requestsPerSecond, problems };
}

function plannedRequest({ name: device, settings }: Device, group: string, read: Read, busMs: number): PlannedRequest {
  const needed = new Set<number>();
  for (const { range } of read.items) for (let at = range.start; at < range.end; at += 1) needed.add(at);
  const range = formatRange({ table: read.table, start: read.start, end: read.start + read.count });
  return {
    device,
    group,
    text: `unit ${settings.unit} · ${range}`,
    fetched: read.count,
    needed: needed.size,
    busMs,
  };
}

const problem = (path: Problem['path'], what: Text, remedy: Text, warning = false): Problem => ({
  path,
  what,
  remedy,
  ...(warning && { warning }),
});

/** What is wrong with the unit id of a device. */
export function unitProblems({ name, settings: { unit } }: Device, isLine: boolean): Problem[] {
  if (!isLine || (unit >= 1 && unit <= lineUnitMax)) return [];
  const what = { en: `no device on a line can have unit ${unit}`, zh: `串行线路上的设备不能使用站号 ${unit}` };
  const remedy = { en: `write a unit from 1 to ${lineUnitMax}`, zh: `写 1 到 ${lineUnitMax} 之间的站号` };
  return [problem(['devices', name, 'unit'], what, remedy)];
}

function tagProblems({ name, settings, groups }: Device): Problem[] {
  return groups.flatMap(({ tags }) =>
    tags.flatMap((tag) => {
      const range = rangeOf(tag.address);
      const place = ['devices', name, 'tags', tag.name, 'register'];
      const hole = settings.holes.find(
        (one) => one.table === range.table && one.start < range.end && range.start < one.end,
      );
      if (hole) {
        const what = {
          en: `\`${tag.name}\` stands in the hole ${formatRange(hole)}, which is never read`,
          zh: `\`${tag.name}\` 位于永不读取的空洞 ${formatRange(hole)} 中`,
        };
        return [problem(place, what, { en: 'make the hole smaller, or leave the tag out', zh: '缩小空洞,或去掉该点' })];
      }
      const isBit = range.table === 'coil' || range.table === 'discrete';
      const limit = isBit ? settings.longestRead * bitsPerRegister : settings.longestRead;
      if (range.end - range.start <= limit) return [];
      const what = {
        en: `\`${tag.name}\` takes ${range.end - range.start} registers, one read of ${name} has at most ${limit}`,
        zh: `\`${tag.name}\` 占 ${range.end - range.start} 个寄存器,${name} 一次最多读 ${limit} 个`,
      };
      return [problem(place, what, { en: 'raise `longestRead` of the device', zh: '增大设备的 `longestRead`' })];
    }),
  );
}

/** An answer that takes longer on the wire than answers may be late can never be told from a late one. */
function answerProblems({ name }: Device, read: Read, { timing, latenessMs }: ResolvedLink): Problem[] {
  const ms = Math.ceil(dataMs(timing, answerDataBytes(read.functionCode, read.count) + timing.overheadBytes));
  if (ms < latenessMs) return [];
  const registers = isBitFunction(read.functionCode) ? Math.ceil(read.count / bitsPerRegister) : read.count;
  const what = {
    en: `an answer of ${registers} registers takes ${ms} ms on this line, longer than its lateness of ${latenessMs} ms`,
    zh: `在此线路上 ${registers} 个寄存器的应答需 ${ms} ms,超过 lateness ${latenessMs} ms`,
  };
  const remedy = {
    en: 'raise `timeout` and `lateness` of the link, or lower `longestRead`',
    zh: '增大链路的 `timeout` 和 `lateness`,或减小 `longestRead`',
  };
  return [problem(['devices', name, 'longestRead'], what, remedy)];
}

function overload(busLoad: number): Problem {
  const percent = Math.round(busLoad * 100);
  const what = {
    en: `the polls take ${percent} % of the bus: some will be left out`,
    zh: `轮询占用总线 ${percent} %:部分轮询会被略过`,
  };
  const remedy = {
    en: 'poll less often, raise the speed of the line, or divide the devices over two links',
    zh: '降低轮询频率,提高波特率,或把设备分到两条链路',
  };
  return problem(['devices'], what, remedy, true);
}
