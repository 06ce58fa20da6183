import type { Got, World } from './clock-world.js';

/** What was read in this time before a kill may be lost: it is written each 200 ms. */
const lostBeforeKillMs = 300;
/** Stamps are whole ms, and a boot begins 1 ms after the last. */
const stampMs = 5;

export interface Verdict {
  taken: number;
  lost: number;
  doubled: number;
  reordered: number;
  mislabelled: number;
  waiting: number;
  unbalanced: number;
  /** Greatest spread of a frame that was labelled afterwards, ms. */
  spreadMax: number;
}

export const noVerdict = (): Verdict => ({
  taken: 0,
  lost: 0,
  doubled: 0,
  reordered: 0,
  mislabelled: 0,
  waiting: 0,
  unbalanced: 0,
  spreadMax: 0,
});

export function add(sum: Verdict, one: Verdict): Verdict {
  return {
    taken: sum.taken + one.taken,
    lost: sum.lost + one.lost,
    doubled: sum.doubled + one.doubled,
    reordered: sum.reordered + one.reordered,
    mislabelled: sum.mislabelled + one.mislabelled,
    waiting: sum.waiting + one.waiting,
    unbalanced: sum.unbalanced + one.unbalanced,
    spreadMax: Math.max(sum.spreadMax, one.spreadMax),
  };
}

/** Frames of one device out of order: by sequence, neither the counter nor `instant` goes back, and no sequence fails. */
function disorder(got: readonly Got[]): number {
  const sorted = [...got].sort((a, b) => a.frame.sequence - b.frame.sequence);
  let wrong = 0;
  for (let n = 1; n < sorted.length; n += 1) {
    const [before, after] = [(sorted[n - 1] as Got).frame, (sorted[n] as Got).frame];
    const isNext = after.sequence === before.sequence + 1;
    const isLater = after.instant >= before.instant && (after.values[0] as number) > (before.values[0] as number);
    if (!isNext || !isLater) wrong += 1;
  }
  return wrong;
}

/** Judges a world whose schedule has ended: readings taken before `until` are all expected. */
export function judgeWorld(world: World, names: readonly string[], until: number, isHonest: boolean): Verdict {
  const expected = world.taken.filter(
    ({ truth }) => truth < until && !world.kills.some((kill) => truth <= kill && kill - truth <= lostBeforeKillMs),
  );
  const ledger = world.gateway.ledger();
  const verdict = noVerdict();
  verdict.taken = expected.length;
  verdict.unbalanced = [ledger.run, ...ledger.sinks].filter(({ isBalanced }) => !isBalanced).length;
  const truths = new Map(world.taken.map(({ device, counter, truth }) => [`${device} ${counter}`, truth]));
  for (const { frames, doubled, unexplained } of Object.values(world.destinations)) {
    verdict.lost += expected.filter(({ device, counter }) => !frames.has(`${device} ${counter}`)).length;
    verdict.doubled += doubled + unexplained;
    for (const name of names) {
      verdict.reordered += disorder([...frames.values()].filter(({ frame }) => frame.table.device === name));
    }
    for (const [key, { frame }] of frames) {
      const truth = truths.get(key);
      if (!isHonest || truth === undefined) continue;
      if (Math.abs(frame.time - truth) > frame.timeSpread + stampMs) verdict.mislabelled += 1;
      verdict.spreadMax = Math.max(verdict.spreadMax, frame.timeSpread);
    }
  }
  verdict.waiting = ledger.sinks.filter(({ lane, waiting }) => lane === 'samples' && waiting > 20).length;
  return verdict;
}
