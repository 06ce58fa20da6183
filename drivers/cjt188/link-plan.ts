import type { DriverLink, LinkPlan, PlannedRequest, Problem } from '../../gateway/contract/index.js';
import { dialInProblems, type SerialSettings } from '../streams/index.js';
import { identityBytes } from './answers.js';
import { currentDataBytes, fieldOf } from './current-data.js';
import { type DeviceSettings, meterTypes } from './device-schema.js';
import { frameOverheadBytes } from './frame.js';
import type { LinkSettings } from './link-schema.js';
import type { TagAddress } from './tag-schema.js';

/** Silence before each request: a meter needs a moment from its answer to listening again. */
export const gapMs = 30;
/** What a meter takes to answer. An assumption, for planning. */
const meterMs = 200;
/** FEH before an answer: most meters send as many. */
const answerPreamble = 4;

/** What the link will do each round: one request a poll group. */
export function planLink(link: DriverLink<LinkSettings, DeviceSettings, TagAddress>): LinkPlan {
  const { serial, preamble } = link.settings;
  const bareBytes = 2 * (frameOverheadBytes + identityBytes) + preamble + answerPreamble;
  const requests: PlannedRequest[] = [];
  const problems: Problem[] = dialInProblems(link.settings.dialIn);
  let [busLoad, requestsPerSecond] = [0, 0];
  for (const { name: device, settings, groups } of link.devices) {
    const meterType = meterTypes[settings.meter];
    const fetched = currentDataBytes(meterType);
    const busMs = gapMs + meterMs + charactersMs(serial, bareBytes + fetched);
    for (const { name: group, everyMs, tags } of groups) {
      const fields = tags.map((tag) => ({ tag, field: fieldOf(meterType, tag.address.quantity) }));
      const needed = fields.reduce((sum, { field }) => sum + (field ? field.bytes + (field.dimension ? 1 : 0) : 0), 0);
      requests.push({ device, group, text: `meter ${settings.address} · 901F`, fetched, needed, busMs });
      busLoad += busMs / everyMs;
      requestsPerSecond += 1000 / everyMs;
      for (const { tag, field } of fields) if (!field) problems.push(lacking(device, tag.name, tag.address, settings));
    }
  }
  if (busLoad > 1) problems.push(overload(busLoad));
  return { requests, busLoad, requestsPerSecond, problems };
}

function charactersMs({ baud, parity, dataBits, stopBits }: SerialSettings, count: number): number {
  const bits = 1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits;
  return (count * bits * 1000) / baud;
}

const lacking = (device: string, tag: string, { quantity }: TagAddress, { meter }: DeviceSettings): Problem => ({
  path: ['devices', device, 'tags', tag, 'quantity'],
  what: { en: `a ${meter} meter has no ${quantity}`, zh: `${meter} 类仪表没有 ${quantity}` },
  remedy: { en: 'leave the tag out, or correct `meter` of the device', zh: '去掉该点,或更正设备的 `meter`' },
});

function overload(busLoad: number): Problem {
  const percent = Math.round(busLoad * 100);
  const what = {
    en: `the polls take ${percent} % of the line: some will be left out`,
    zh: `轮询占用线路 ${percent} %:部分轮询会被略过`,
  };
  const remedy = {
    en: 'poll less often, raise the speed of the line, or divide the meters over two links',
    zh: '降低轮询频率,提高波特率,或把仪表分到两条链路',
  };
  return { path: ['devices'], what, remedy, warning: true };
}
