import { histogram, lateShare, type Verdict } from './late-replies-judge.js';
import { latenessMs, timeoutMs } from './late-replies-line.js';
import { type Load, loadFaults, play } from './late-replies-load.js';
import { startBare, startOurs } from './late-replies-master.js';
import { lateOnce } from './late-replies-once.js';
import { type Finding, finding, type Proof, type ProofOptions, progress, randomFrom } from './proof.js';
import { startPtyPair } from './pty-pair.js';

const beyondMs = 400;
const damagedShareMin = 0.05;
/** What a simulator's timers may be late by on a machine that has time. */
const timerMs = 5;

function faultFindings(name: string, verdict: Verdict): Finding[] {
  const share = (kind: string): number => (verdict.faults.get(kind) ?? 0) / verdict.requests;
  const percent = (of: number): string => `${(of * 100).toFixed(1)} %`;
  const kinds = ['duplicated', 'merged', 'truncated'];
  const least = Math.min(...kinds.map(share));
  const shares = `late ${percent(lateShare(verdict))}, ${kinds.map((kind) => `${kind} ${percent(share(kind))}`).join(', ')}`;
  return [
    finding(`${name}: replies`, shares, '≥ 20 %, ≥ 5 % each', lateShare(verdict) >= 0.2 && least >= damagedShareMin),
  ];
}

const given = ({ wrong, wrongCalledGood, values, polls }: Verdict): string =>
  `${wrong} of ${values} values, ${wrongCalledGood} of them called good; ${polls} polls`;

function tellOf({ say }: ProofOptions, name: string, verdict: Verdict, seconds: number): void {
  say(`  ${name}: ${verdict.requests} requests in ${seconds.toFixed(0)} s, delays from request to answer:`);
  for (const line of histogram(verdict.delays)) say(line);
  for (const example of verdict.examples.slice(0, 5)) say(`  ${name}: ${example}`);
}

/** Replies late, doubled, glued together and cut short, on 16 serial lines and 16 TCP endpoints. */
export const lateReplies: Proof = {
  summary: 'late and damaged replies: no value reaches a wrong register or poll while replies end within the bound',
  async run(options): Promise<readonly Finding[]> {
    const { isFull, seed, folder } = options;
    const random = randomFrom(seed);
    const polls = isFull ? { claim: 101_000, other: 20_000 } : { claim: 2500, other: 600 };
    const run = async (name: string, load: Pick<Load, 'kind' | 'start' | 'faults' | 'polls'>): Promise<Verdict> => {
      const tell = progress(options.say, name, load.polls);
      const began = performance.now();
      const verdict = await play({ ...load, name: name.replaceAll(' ', '-'), seed, folder, random, tell });
      tellOf(options, name, verdict, (performance.now() - began) / 1000);
      return verdict;
    };
    const findings: Finding[] = [];
    for (const kind of ['rtu', 'tcp'] as const) {
      const ours = { kind, start: startOurs, faults: loadFaults(kind) };
      const verdict = await run(kind, { ...ours, polls: polls.claim });
      const inBound = { ...verdict, wrong: verdict.wrong - verdict.wrongBeyondBound };
      const overdue = verdict.delays.filter((delay) => delay > latenessMs + timerMs).length;
      findings.push(
        ...faultFindings(kind, verdict),
        finding(`${kind}: values of a wrong register or poll`, given(inBound), '0', inBound.wrong === 0),
        finding(
          `${kind}: wrong ones from answers beyond ${latenessMs} ms, by a busy machine`,
          `${verdict.wrongBeyondBound}; ${overdue} such answers`,
          'any',
          true,
        ),
        finding(
          `${kind}: requests that never arrived`,
          verdict.lost,
          kind === 'rtu' ? '0' : 'any',
          kind === 'tcp' || verdict.lost === 0,
        ),
      );
      const beyond = await run(`${kind} beyond`, { ...ours, faults: loadFaults(kind, beyondMs), polls: polls.other });
      findings.push(finding(`${kind}: wrong, late up to ${beyondMs} ms (no claim)`, given(beyond), 'any', true));
      const bare = await run(`${kind} bare`, { ...ours, start: startBare, polls: polls.other });
      findings.push(finding(`${kind}: wrong, bare modbus-serial on the same load`, given(bare), 'any', true));
    }
    const line = await startPtyPair(folder, 'once');
    const once = await lateOnce(startOurs, line.near, line.far);
    const onceBare = await lateOnce(startBare, line.near, line.far);
    await line.stop();
    options.say(`  time-out ${timeoutMs} ms, lateness bound ${latenessMs} ms`);
    return [
      ...findings,
      finding('unit 1 late once, unit 2 dead: wrong', given(once), '0', once.wrong === 0 && once.values > 0),
      finding('the same, bare modbus-serial', given(onceBare), 'any', true),
    ];
  },
};
