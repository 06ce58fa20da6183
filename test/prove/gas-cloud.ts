import type { AlarmEntry } from '../../gateway/contract/index.js';
import { VirtualSite } from '../support/virtual-site.js';
import { finding, type Proof, progress } from './proof.js';

const limits = { H: 10, HH: 20 } as const;
const peak = 60;
const riseMs = 120_000;
const steadyMs = 300_000;
const peggedMs = 1_800_000;

/** One sensor behind one chain of transforms. */
interface Case {
  readonly span: number;
  readonly pollMs: number;
  /** What the profile says of the tag, beside where it is read. */
  readonly chain: Readonly<Record<string, string>>;
}

const options: Readonly<Record<string, readonly (string | undefined)[]>> = {
  resolution: [undefined, '0.1'],
  jump: [undefined, '1/min', '20/min'],
  stuckAfter: [undefined, '30s', '10min'],
  scale: [undefined, '0.1'],
  offset: [undefined, '2'],
};

/** Every combination of what the schema lets a profile do to a tag; the range is the sensor's or not told. */
function chains(span: number): Readonly<Record<string, string>>[] {
  const ranged: readonly (string | undefined)[] = [undefined, `[0, ${span}]`, `[0, ${span - 0.5}]`];
  let all: Record<string, string>[] = [{}];
  for (const [key, values] of Object.entries({ range: ranged, ...options })) {
    all = all.flatMap((chain) => values.map((value) => (value === undefined ? chain : { ...chain, [key]: value })));
  }
  return all;
}

const cases = (isFull: boolean): Case[] =>
  [50, 100].flatMap((span) =>
    [10_000, 30_000, 60_000].flatMap((pollMs) =>
      chains(span)
        .filter((_, index) => isFull || index % 11 === 0)
        .map((chain) => ({ span, pollMs, chain })),
    ),
  );

const siteText = ({ pollMs, chain }: Case): string => `version: 1
site: { id: gas, timezone: "+08:00" }
profiles:
  sensor:
    driver: counting
    poll: ${pollMs}ms
    tags:
      h2s: { cell: 0, unit: ppm${Object.entries(chain)
        .map(([key, value]) => `, ${key}: ${value}`)
        .join('')} }
links: { bus: { driver: counting, devices: { sensor: { profile: sensor } } } }
rules:
  h2s: { type: limits, devices: [sensor], tag: h2s, H: ${limits.H}, HH: ${limits.HH}, alarm: { class: toxic, action: leave the building } }
journal: { folder: /journal }
box: { poll: 1h }
`;

/** ppm in the house: calm, then 0 → 60 in two minutes, then it stays. */
const gasAt = (ms: number): number => Math.min(peak, Math.max(0, ((ms - steadyMs) / riseMs) * peak));

interface Outcome {
  /** From the crossing of HH to the alarm, ms; NaN when there was none. */
  readonly afterMs: number;
  readonly isActiveAtEnd: boolean;
  readonly returns: number;
}

async function run(one: Case): Promise<Outcome> {
  const began = { utc: 0 };
  const scale = Number(one.chain['scale'] ?? 1);
  const offset = Number(one.chain['offset'] ?? 0);
  const site: VirtualSite = new VirtualSite({
    fill: (_device, _phase, _cells, into) => {
      const shown = Math.min(one.span, gasAt(site.clock.utc() - began.utc));
      into.set(0, (shown - offset) / scale);
    },
  });
  began.utc = site.clock.utc();
  await site.boot(siteText(one));
  await site.pass(steadyMs + riseMs + peggedMs);
  const ofHH = (await site.entries()).filter(
    (entry): entry is AlarmEntry => entry.kind === 'alarm' && entry.limitKind === 'HH',
  );
  const raised = ofHH.find(({ change }) => change === 'raised');
  const crossing = began.utc + steadyMs + (limits.HH / peak) * riseMs;
  const isActiveAtEnd = site.view.alarms().some(({ kind, isAbnormal }) => kind === 'HH' && isAbnormal);
  await site.stop();
  return {
    afterMs: (raised?.time ?? Number.NaN) - crossing,
    isActiveAtEnd,
    returns: ofHH.filter(({ change }) => change === 'returned').length,
  };
}

/** A cloud of hydrogen sulphide against every check a profile can put on its sensor. */
export const gasCloud: Proof = {
  summary: 'H₂S 0 → 60 ppm in two minutes: HH within one poll, and active while the sensor is pegged',
  async run({ isFull, say }) {
    const all = cases(isFull);
    const tell = progress(say, 'sensors', all.length);
    const late: string[] = [];
    let ended = 0;
    let worst = 0;
    for (const [index, one] of all.entries()) {
      const { afterMs, isActiveAtEnd, returns } = await run(one);
      if (!(afterMs <= one.pollMs))
        late.push(`${one.span} ppm, ${one.pollMs} ms, ${JSON.stringify(one.chain)}: ${afterMs} ms`);
      if (!isActiveAtEnd || returns > 0) ended += 1;
      worst = Math.max(worst, afterMs / one.pollMs);
      tell(index + 1);
    }
    for (const line of late.slice(0, 5)) say(`  late: ${line}`);
    return [
      finding(
        'sensors: 0–50 and 0–100 ppm, 10, 30, 60 s, chains of transforms',
        all.length,
        'every one in the full run',
        all.length > 0,
      ),
      finding('HH later than one poll after the crossing, or never', late.length, '0', late.length === 0),
      finding('worst, in polls', worst.toFixed(2), '≤ 1', worst <= 1),
      finding('HH that ended while the sensor was pegged', ended, '0', ended === 0),
    ];
  },
};
