import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EpochsRound } from './epochs-round.js';
import { type Finding, finding, type Proof } from './proof.js';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Say = (line: string) => void;

/** A copy is made while the box runs and a backlog waits; then both run. */
async function cloned(folder: string, ms: number, say: Say): Promise<readonly Finding[]> {
  const round = await EpochsRound.start(folder);
  try {
    await round.run('box', ms);
    const first = await round.epochOf('box');
    const original = await round.gateway('box');
    round.cut();
    await sleep(ms);
    round.copy('box', 'clone');
    const clone = await round.gateway('clone');
    await sleep(ms / 2);
    round.heal();
    await sleep(ms);
    await original.end('SIGTERM');
    await clone.end('SIGTERM');
    const unsettled = (await round.bringAll('box', say)) + (await round.bringAll('clone', say));
    const kept = (await round.epochOf('box')) === first;
    return [
      ...(await round.judge('clone', unsettled)),
      ...(await round.named('clone', 'clone', 'cloned', first)),
      finding('clone: the original keeps its epoch', String(kept), 'true', kept),
    ];
  } finally {
    await round.stop();
  }
}

/** A backup with a backlog in it is put back after the original has run on and was wiped. */
async function restored(folder: string, ms: number, say: Say): Promise<readonly Finding[]> {
  const round = await EpochsRound.start(folder);
  try {
    const before = await round.gateway('box');
    await sleep(ms);
    round.cut();
    await sleep(ms / 2);
    await before.end('SIGTERM');
    const first = await round.epochOf('box');
    round.copy('box', 'backup');
    round.heal();
    await round.run('box', ms);
    let unsettled = await round.bringAll('box', say);
    await rm(join(folder, 'box'), { recursive: true });
    round.copy('backup', 'box');
    await round.run('box', ms);
    unsettled += await round.bringAll('box', say);
    return [...(await round.judge('backup', unsettled)), ...(await round.named('backup', 'box', 'restored', first))];
  } finally {
    await round.stop();
  }
}

/** Two boxes out of one, and a box set back in time. */
export const epochs: Proof = {
  summary: 'a cloned box and a restored backup: nothing lost, nothing doubled, both named in the audit',
  async run({ isFull, folder, say }): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    const rounds = isFull ? 5 : 1;
    for (let n = 1; n <= rounds; n += 1) {
      say(`  round ${n} of ${rounds}`);
      const ms = isFull ? 20_000 : 3000;
      findings.push(...(await cloned(join(folder, `cloned-${n}`), ms, say)));
      findings.push(...(await restored(join(folder, `restored-${n}`), ms, say)));
    }
    return findings;
  },
};
