import type { DriverLink, LinkPlan, PlannedRequest, Problem } from '../../gateway/contract/index.js';
import { dialInProblems, type SerialSettings } from '../streams/index.js';
import type { DeviceSettings } from './device-schema.js';
import { frameOverheadBytes } from './frame.js';
import { formatIdentifier, identifierBytes } from './identifier.js';
import type { LinkSettings } from './link-schema.js';
import { compileReads } from './reads.js';
import type { TagAddress } from './tag-schema.js';

/** Silence before each request: a meter needs a moment from its answer to listening again. */
export const gapMs = 30;
/** What a meter takes to answer; DL/T 645-2007 §5.3 lets it take 20 to 500 ms, most need about this. An assumption, for planning. */
const meterMs = 100;
/** FEH before an answer: most meters send four. */
const answerPreamble = 4;

/** What the link will do each round. Behind a serial server the line's speed counts just as well. */
export function planLink(link: DriverLink<LinkSettings, DeviceSettings, TagAddress>): LinkPlan {
  const { serial, preamble, timeout } = link.settings;
  const bareBytes = frameOverheadBytes + identifierBytes;
  const requests: PlannedRequest[] = [];
  const problems: Problem[] = dialInProblems(link.settings.dialIn);
  let [busLoad, requestsPerSecond] = [0, 0];
  for (const { name: device, settings, groups } of link.devices) {
    for (const { name: group, everyMs, tags } of groups) {
      for (const { identifier, dataBytes, items } of compileReads(tags)) {
        const answerMs = meterMs + charactersMs(serial, answerPreamble + bareBytes + dataBytes);
        const needed = items.reduce((sum, { address }) => sum + address.format.bytes, 0);
        const text = `meter ${settings.address} · ${formatIdentifier(identifier)}`;
        const busMs = gapMs + charactersMs(serial, preamble + bareBytes) + answerMs;
        requests.push({ device, group, text, fetched: dataBytes, needed: Math.min(needed, dataBytes), busMs });
        busLoad += busMs / everyMs;
        requestsPerSecond += 1000 / everyMs;
        if (answerMs > timeout) problems.push(tooSlow(text, Math.ceil(answerMs), timeout));
      }
    }
  }
  if (busLoad > 1) problems.push(overload(busLoad));
  return { requests, busLoad, requestsPerSecond, problems };
}

function charactersMs({ baud, parity, dataBits, stopBits }: SerialSettings, count: number): number {
  const bits = 1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits;
  return (count * bits * 1000) / baud;
}

const tooSlow = (request: string, ms: number, timeoutMs: number): Problem => ({
  path: ['timeout'],
  what: {
    en: `the answer to ${request} takes about ${ms} ms, longer than the time-out of ${timeoutMs} ms`,
    zh: `${request} 的应答约需 ${ms} ms,超过超时 ${timeoutMs} ms`,
  },
  remedy: { en: `write \`timeout: ${ms * 2}ms\` or more`, zh: `写成 \`timeout: ${ms * 2}ms\` 或更长` },
  warning: true,
});

function overload(busLoad: number): Problem {
  const percent = Math.round(busLoad * 100);
  const what = {
    en: `the polls take ${percent} % of the line: some will be left out`,
    zh: `轮询占用线路 ${percent} %:部分轮询会被略过`,
  };
  const remedy = {
    en: 'poll less often, raise the speed of the line, or divide the meters over two links',
    zh: '降低轮询频率,提高波特率,或把电表分到两条链路',
  };
  return { path: ['devices'], what, remedy, warning: true };
}
