import type { DriverDevice, DriverTag, LinkPlan, PlannedRequest, Problem, Text } from '../../gateway/contract/index.js';
import { dialInProblems, type SerialSettings } from '../streams/index.js';
import type { DeclaredLink } from './declared-driver.js';
import { messageNameOf } from './device-reader.js';
import type { DeviceSettings } from './device-schema.js';
import type { LinkSettings } from './link-schema.js';
import { fieldsOf, type MessageSettings } from './message-schema.js';
import { writeRequest } from './request-template.js';
import type { TagAddress } from './tag-schema.js';

type Device = DriverDevice<DeviceSettings, TagAddress>;

/** ms an instrument is taken to need before it answers: an assumption. */
const instrumentMs = 20;
/** Characters a value without a fixed width is taken to have: an assumption. */
const valueCharacters = 8;

/** What the link will ask or listen for. Listening takes nothing of the line: the instrument sends whether or not. */
export function planLink(link: DeclaredLink): LinkPlan {
  const requests: PlannedRequest[] = [];
  const problems: Problem[] = [...dialInProblems(link.settings.dialIn), ...mixtureProblems(link)];
  let [busLoad, requestsPerSecond] = [0, 0];
  for (const device of link.devices) {
    problems.push(...messageProblems(device));
    for (const { name: group, everyMs, tags } of device.groups) {
      problems.push(...tags.flatMap((tag) => tagProblems(device, tag)));
      for (const [name, needed] of fieldsByMessage(device, tags)) {
        const message = device.settings.messages[name] as MessageSettings;
        const planned = planRequest(link.settings, device, group, name, message, needed.size);
        requests.push(planned);
        busLoad += planned.busMs / everyMs;
        if (message.request) requestsPerSecond += 1000 / everyMs;
      }
    }
  }
  if (busLoad > 1) problems.push(overload(busLoad));
  return { requests, busLoad, requestsPerSecond, problems };
}

/** Fields the tags need of each message that there is. */
function fieldsByMessage({ settings }: Device, tags: readonly DriverTag<TagAddress>[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { address } of tags) {
    const name = messageNameOf(address, settings);
    if (name === undefined || !settings.messages[name]) continue;
    found.set(name, (found.get(name) ?? new Set()).add(address.field));
  }
  return found;
}

function planRequest(
  { serial, gap, address }: LinkSettings,
  { name: device, settings }: Device,
  group: string,
  name: string,
  message: MessageSettings,
  needed: number,
): PlannedRequest {
  const fetched = fieldsOf(message).size;
  if (!message.request) return { device, group, text: `listens for ${name}`, fetched, needed, busMs: 0 };
  const bytes = writeRequest(message.request, settings.unit).length + likelyBytes(message);
  const byteMs = address.kind === 'serial' ? characterMs(serial) : 0;
  return { device, group, text: `asks for ${name}`, fetched, needed, busMs: gap + instrumentMs + bytes * byteMs };
}

/** A start bit, the data, a parity bit and the stop bits. */
const characterMs = ({ baud, parity, dataBits, stopBits }: SerialSettings): number =>
  ((1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) * 1000) / baud;

function likelyBytes(message: MessageSettings): number {
  if (message.kind === 'nmea') return 82;
  if (message.kind === 'binary') return typeof message.length === 'number' ? message.length : message.lengthMax;
  const widths = message.pattern.map((part) => {
    if (part.kind === 'literal') return part.text.length;
    return part.kind === 'unit' ? part.form.digits : (part.width ?? valueCharacters);
  });
  return widths.reduce((sum, width) => sum + width, (message.start?.length ?? 0) + message.end.length);
}

const problem = (path: Problem['path'], what: Text, remedy: Text, warning = false): Problem => ({
  path,
  what,
  remedy,
  ...(warning && { warning }),
});

/** Between a request and its answer anything else on the line would be taken for the answer. */
function mixtureProblems({ devices }: DeclaredLink): Problem[] {
  const all = devices.flatMap(({ name, settings }) =>
    Object.entries(settings.messages).map(([message, { request }]) => ({ name, message, isAsked: Boolean(request) })),
  );
  const unasked = all.find(({ isAsked }) => !isAsked);
  if (!unasked || !all.some(({ isAsked }) => isAsked)) return [];
  const what = {
    en: `\`${unasked.message}\` is sent unasked, other messages of this link are asked for`,
    zh: `\`${unasked.message}\` 为主动上报，而本链路的其他报文需请求`,
  };
  const remedy = {
    en: 'give it a `request`, or put the two on a link each',
    zh: '为它写上 `request`，或把两者分到两条链路',
  };
  return [problem(['devices', unasked.name, 'messages', unasked.message], what, remedy)];
}

function messageProblems({ name, settings }: Device): Problem[] {
  return Object.entries(settings.messages).flatMap(([message, spec]) => {
    if (spec.kind !== 'binary' || spec.checksum) return [];
    const what = {
      en: `\`${message}\` has no checksum: a disturbed byte gives a wrong value that nothing shows`,
      zh: `\`${message}\` 没有校验：字节受扰会产生无法察觉的错误数值`,
    };
    const remedy = {
      en: 'declare its `checksum`; if it has none, give its tags a `range` and a `jump`',
      zh: '声明 `checksum`；若没有校验，为测点设置 `range` 和 `jump`',
    };
    return [problem(['devices', name, 'messages', message], what, remedy, true)];
  });
}

function tagProblems({ name, settings }: Device, { name: tag, address }: DriverTag<TagAddress>): Problem[] {
  const at = (key: string): string[] => ['devices', name, 'tags', tag, key];
  const messageName = messageNameOf(address, settings);
  const message = messageName === undefined ? undefined : settings.messages[messageName];
  const messages = Object.keys(settings.messages).join(', ');
  if (!message) {
    const what =
      messageName === undefined
        ? { en: `\`${tag}\` does not say which message it is of`, zh: `\`${tag}\` 没有写明属于哪种报文` }
        : { en: `${name} has no message \`${messageName}\``, zh: `${name} 没有报文 \`${messageName}\`` };
    return [problem(at('message'), what, { en: `write one of: ${messages}`, zh: `写成其中之一：${messages}` })];
  }
  const fields = fieldsOf(message);
  const named = [
    ['field', address.field] as const,
    ...(address.stable && 'flag' in address.stable ? [['stable', address.stable.flag] as const] : []),
  ];
  const unknown = named.find(([, field]) => !fields.has(field));
  if (unknown) {
    const what = {
      en: `\`${messageName}\` has no field \`${unknown[1]}\``,
      zh: `\`${messageName}\` 没有字段 \`${unknown[1]}\``,
    };
    const names = [...fields.keys()].join(', ');
    return [problem(at(unknown[0]), what, { en: `write one of: ${names}`, zh: `写成其中之一：${names}` })];
  }
  const isText = fields.get(address.field) === 'text';
  if (address.is !== undefined || isText === (address.type === 'text')) return [];
  const what = isText
    ? { en: `\`${address.field}\` is text`, zh: `\`${address.field}\` 是文本` }
    : { en: `\`${address.field}\` is a number`, zh: `\`${address.field}\` 是数值` };
  const remedy = isText
    ? { en: 'write `type: text`, or what makes it true as `is`', zh: '写成 `type: text`，或用 `is` 写出为真的内容' }
    : { en: 'leave `type: text` out', zh: '去掉 `type: text`' };
  return [problem(at('type'), what, remedy)];
}

function overload(busLoad: number): Problem {
  const percent = Math.round(busLoad * 100);
  const what = {
    en: `the polls take ${percent} % of the line: some will be left out`,
    zh: `轮询占用线路 ${percent} %：部分轮询会被略过`,
  };
  const remedy = { en: 'poll less often, or raise the speed of the line', zh: '降低轮询频率，或提高波特率' };
  return problem(['devices'], what, remedy, true);
}
