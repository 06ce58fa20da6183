import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../gateway/contract/index.js';
import { Gateway, systemClock } from '../../gateway/runtime/index.js';
import { type Finding, finding, type Proof, progress } from './proof.js';
import { type RulesAlone, rulesAlone } from './rule-load-alone.js';
import { type ReplaySpeed, replaySpeed } from './rule-load-replay.js';
import { loadSite, registriesOf, siteText } from './rule-load-site.js';

const devices = 200;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** MB of this process, by the name the kernel has for it. */
const memoryMb = (name: 'VmRSS' | 'RssAnon'): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;

interface WholeGateway {
  /** Share of one core. */
  readonly core: number;
  readonly rssMb: number;
  readonly anonMb: number;
  readonly overruns: number;
}

/** The whole gateway at 1 Hz, measured when it has run for `warmUp` seconds. */
async function wholeGateway(
  seconds: number,
  warmUp: number,
  folder: string,
  say: (line: string) => void,
): Promise<WholeGateway> {
  const known = registriesOf(() => Date.now());
  const site = await loadSite(siteText(devices, 'four kinds', join(folder, 'journal')), known);
  const gateway = await Gateway.start({ site, registries: known, clock: systemClock, log: silentLog, version: 'test' });
  const tell = progress(say, 'whole gateway, seconds', seconds);
  let began = process.cpuUsage();
  let beganAt = performance.now();
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1000);
    tell(second + 1);
    if (second + 1 !== warmUp) continue;
    began = process.cpuUsage();
    beganAt = performance.now();
  }
  const { user, system } = process.cpuUsage(began);
  const core = (user + system) / 1000 / (performance.now() - beganAt);
  const overruns = gateway.links.reduce((sum, link) => sum + link.statistics.overruns, 0);
  const result = { core, rssMb: memoryMb('VmRSS'), anonMb: memoryMb('RssAnon'), overruns };
  await gateway.stop();
  return result;
}

const millions = (perSecond: number): string => (perSecond / 1e6).toFixed(1);

const ofRules = (what: string, { mean, median, rules, findings }: RulesAlone, aim: number): Finding =>
  finding(
    `rules alone, ${what} on each tag`,
    `${millions(mean)} million values/s, ${millions(median)} in the median second (${rules} rules, ${findings} findings)`,
    `aim ${millions(aim)} million`,
    mean >= aim,
  );

const ofReplay = ({ mix, factor, frames }: ReplaySpeed, aim: number): Finding =>
  finding(
    `replay of 1,000 tags at 1 Hz, ${mix}`,
    `${factor.toFixed(0)} × real time (${frames} frames)`,
    `≥ 500 ×, aim ${aim}`,
    factor >= 500,
  );

const ofGateway = ({ core, rssMb, anonMb, overruns }: WholeGateway, warmUp: number): Finding =>
  finding(
    'whole gateway, 10,000 tags × 4 kinds at 1 Hz',
    `${(core * 100).toFixed(0)} % of one core after ${warmUp} s, RSS ${rssMb.toFixed(0)} MB, ${anonMb.toFixed(0)} MB of it anonymous, ${overruns} polls missed`,
    '< 100 %',
    core < 1,
  );

/** Ten thousand tags with four rules each. In the small run slopes are not known yet while the whole gateway is measured. */
export const ruleLoad: Proof = {
  summary: '10,000 tags × 4 rules at 1 Hz: one core, memory; the rules alone; replay of 1,000 tags against real time',
  async run({ isFull, folder, say }): Promise<readonly Finding[]> {
    const [seconds, warmUp] = isFull ? [135, 75] : [20, 10];
    const gateway = await wholeGateway(seconds, warmUp, folder, say);
    const limits = await rulesAlone(devices, 'four limits', isFull ? 2000 : 400, say);
    const kinds = await rulesAlone(devices, 'four kinds', isFull ? 600 : 200, say);
    const replayed = isFull ? 7200 : 1800;
    const replays = [
      ofReplay(await replaySpeed('four limits', replayed, folder, say), 2000),
      ofReplay(await replaySpeed('four kinds', replayed, folder, say), 500),
    ];
    return [
      ofRules('HH/H/L/LL', limits, 20e6),
      ofRules('limits + bad + stale + rate', kinds, 2e6),
      ofGateway(gateway, warmUp),
      ...replays,
    ];
  },
};
