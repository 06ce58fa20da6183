import { type Frame, Quality, qualityName } from '../../gateway/contract/index.js';
import { buildDate } from '../../gateway/runtime/index.js';
import { add, judgeWorld, noVerdict, type Verdict } from './clock-judge.js';
import { type Act, perform, randomActs, settleDown } from './clock-schedule.js';
import { devices, World } from './clock-world.js';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';

const today = buildDate + 30 * 86_400_000;
const hourMs = 3_600_000;
const pass: Act = { kind: 'pass', ms: 12_000 };
const coldBoot: Act = { kind: 'kill', offMs: hourMs, clock: '1970' };

/** The schedules that the acceptance line names, and how the box's clock stands at first. */
const named: Readonly<Record<string, { readonly utc: number; readonly isHonest: boolean; readonly acts: Act[] }>> = {
  '± 1 h steps': {
    utc: today,
    isHonest: false,
    acts: [
      pass,
      { kind: 'step', ms: hourMs },
      pass,
      { kind: 'step', ms: -hourMs },
      pass,
      { kind: 'step', ms: -hourMs },
    ],
  },
  'from 1970 to today while running': { utc: 0, isHonest: true, acts: [pass, { kind: 'set-right' }, pass] },
  'to 1970 and back while running': {
    utc: today,
    isHonest: true,
    acts: [pass, { kind: 'fall-to-1970' }, pass, { kind: 'set-right' }, pass],
  },
  'three cold boots in 1970 without network, then a known time': {
    utc: today,
    isHonest: true,
    acts: [pass, coldBoot, pass, coldBoot, pass, coldBoot, pass, { kind: 'restart', offMs: hourMs, clock: 'right' }],
  },
  'three cold boots in 1970, the last learns the time': {
    utc: today,
    isHonest: true,
    acts: [pass, coldBoot, pass, coldBoot, pass, coldBoot, pass, { kind: 'set-right' }, pass],
  },
};

async function runSchedule(utc: number, acts: readonly Act[], isHonest: boolean): Promise<Verdict> {
  const world = await World.make(today);
  await world.boot(utc);
  await perform(world, acts);
  const until = world.truth;
  await settleDown(world);
  const verdict = judgeWorld(world, devices, until, isHonest);
  await world.stop();
  return verdict;
}

const wrongs = ({ lost, doubled, reordered, mislabelled, waiting, unbalanced }: Verdict): number =>
  lost + doubled + reordered + mislabelled + waiting + unbalanced;

const words = (verdict: Verdict): string =>
  `${verdict.taken} readings: ${verdict.lost} lost, ${verdict.doubled} doubled, ${verdict.reordered} out of order, ${verdict.mislabelled} beyond their spread (up to ${Math.round(verdict.spreadMax / 1000)} s), ${verdict.waiting} lanes waiting, ${verdict.unbalanced} accounts unbalanced`;

const judged = (what: string, verdict: Verdict): Finding =>
  finding(what, words(verdict), 'nothing wrong', wrongs(verdict) === 0 && verdict.taken > 0);

/** Devices with clocks of their own: what the sinks got of each. */
async function deviceClocks(): Promise<readonly Finding[]> {
  const clocks = {
    '26-years-back': -26 * 365.25 * 24 * hourMs,
    '3-minutes-fast': 180_000,
    'local-time': 8 * hourMs,
    '20-s-slow': -20_000,
  };
  const names = Object.keys(clocks);
  const world = await World.make(today, names, '5s');
  for (const [name, ahead] of Object.entries(clocks)) world.ownClocks.set(name, ahead);
  await world.boot(today);
  const until = world.truth + 10_000;
  await world.pass(20_000);
  const boxFrames = (): Frame[] =>
    [...(world.destinations['live']?.frames.values() ?? [])]
      .map(({ frame }) => frame)
      .filter(({ table }) => table.device === 'box');
  // The box reads itself from real files: it may take a moment that is none of the clock's.
  for (let turn = 0; turn < 50 && boxFrames().length < 3; turn += 1) await world.pass(1000);
  const verdict = judgeWorld(world, names, until, true);
  const frames = [...(world.destinations['live']?.frames.values() ?? [])].map(({ frame }) => frame);
  const findings = names.map((name) => {
    const own = frames.filter(({ table }) => table.device === name);
    const isBelieved = name === '20-s-slow';
    const wanted = isBelieved ? Quality.good : Quality['uncertain-device-clock'];
    const right = own.filter(
      ({ quality, times, time }) => quality[0] === wanted && (isBelieved ? times?.[0] === time - 20_000 : !times),
    );
    const said = own[0] && qualityName(own[0].quality[0] as number);
    const what = `device clock ${name}: frames with ${isBelieved ? "the device's time" : 'our time'}, quality ${said}`;
    return finding(what, `${right.length} of ${own.length}`, 'all', own.length > 10 && right.length === own.length);
  });
  const box = boxFrames().at(-1);
  const slot = box?.table.tags.findIndex(({ name }) => name === 'device_clock_offset') ?? -1;
  const offset = box?.values[slot] ?? Number.NaN;
  await world.stop();
  const expected = clocks['26-years-back'] / 1000;
  return [
    judged('frames of devices with clocks of their own', verdict),
    ...findings,
    finding(
      'box tag device_clock_offset, the farthest',
      `${offset} s`,
      `${expected} s`,
      Math.abs(offset - expected) < 1,
    ),
  ];
}

/** Whatever the clocks do. */
export const clock: Proof = {
  summary:
    'clock steps, boots in 1970 and device clocks: no frame lost, doubled, out of order or labelled beyond its spread',
  async run({ isFull, seed, say }): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const [what, { utc, acts, isHonest }] of Object.entries(named)) {
      findings.push(judged(what, await runSchedule(utc, acts, isHonest)));
    }
    const count = isFull ? 1000 : 100;
    const sums = { honest: noVerdict(), lying: noVerdict() };
    const tell = progress(say, 'schedules', count);
    for (let n = 0; n < count; n += 1) {
      const random = randomFrom(seed + n);
      const isHonest = n % 2 === 0;
      const utc = random() < 0.3 ? 0 : today;
      const acts = randomActs(random, isHonest);
      const verdict = await runSchedule(utc, acts, isHonest);
      const kind = isHonest ? 'honest' : 'lying';
      sums[kind] = add(sums[kind], verdict);
      if (wrongs(verdict) > 0) say(`  schedule ${n} from ${utc}: ${words(verdict)}\n    ${JSON.stringify(acts)}`);
      tell(n + 1);
    }
    return [
      ...findings,
      judged(`${count / 2} random schedules, clocks right or in 1970`, sums.honest),
      judged(`${count / 2} random schedules with ± 1 h steps as well`, sums.lying),
      ...(await deviceClocks()),
    ];
  },
};
