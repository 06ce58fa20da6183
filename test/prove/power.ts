import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkJournal } from './checked-journal.js';
import { DiskStates } from './disk-states.js';
import { type DiskAct, traceDisk } from './disk-trace.js';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';
import { RecordedDisk } from './recorded-disk.js';

const workload = fileURLToPath(new URL('journal-workload.js', import.meta.url));

interface Tally {
  opened: number;
  refused: string[];
  lost: number;
  wrong: number;
  epochs: string[];
  unsyncedKept: number;
}

/** One state: what was said to be committed is there, nothing is wrong. */
async function judge(
  states: DiskStates,
  random: () => number,
  folder: string,
  identity: string,
  tally: Tally,
): Promise<void> {
  const disk = new RecordedDisk(folder, identity, states.cut(random));
  try {
    const { frames, notes, wrong, newEpoch } = await checkJournal(disk, folder);
    tally.opened += 1;
    tally.wrong += wrong;
    if (newEpoch && states.told.alarms > 0) tally.epochs.push(newEpoch);
    for (let offset = 0; offset < states.told.samples; offset += 1) if (!frames.has(offset)) tally.lost += 1;
    // The epoch's own entry is counted in the lane and is no transition.
    tally.lost += Math.max(0, states.told.alarms - 1 - notes);
    tally.unsyncedKept += [...frames].filter((offset) => offset >= states.told.samples).length;
  } catch (error) {
    tally.refused.push((error as Error).message);
  }
}

/** Disk states that a power cut may leave, rebuilt from what the journal really wrote and synced. */
export const power: Proof = {
  summary: 'a power cut at any moment: the journal opens, what was committed is there, nothing is wrong',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const journal = join(folder, 'journal');
    const size = isFull ? ['8', '6000', '50'] : ['4', '1000', '20'];
    say(`  recording a journal under strace: ${size[0]} s at ${size[1]} frames/s of ${size[2]} tags`);
    const acts: DiskAct[] = await traceDisk(workload, [journal, ...size], journal, join(folder, 'trace.txt'));
    const { dev, ino } = await stat(join(journal, '.'), { bigint: true });
    const random = randomFrom(seed);
    const count = isFull ? 1000 : 200;
    const first = acts.findIndex(({ kind }) => kind === 'told');
    const cuts = Array.from({ length: count }, () => Math.floor(random() * acts.length)).sort((a, b) => a - b);
    const states = new DiskStates();
    const tally: Tally = { opened: 0, refused: [], lost: 0, wrong: 0, epochs: [], unsyncedKept: 0 };
    const tell = progress(say, 'states opened', count);
    let at = 0;
    for (const cut of cuts) {
      for (; at < cut; at += 1) states.apply(acts[at] as DiskAct);
      await judge(states, random, journal, `${dev}:${ino}`, tally);
      tell(tally.opened);
    }
    const writes = acts.filter(({ kind }) => kind === 'write').length;
    const syncs = acts.filter(({ kind }) => kind === 'sync').length;
    const segments = acts.filter(({ kind }) => kind === 'create').length;
    say(`  recorded ${writes} writes, ${syncs} syncs, ${segments} segments; first word of a commit at act ${first}`);
    for (const refusal of new Set(tally.refused)) say(`  refused: ${refusal}`);
    return [
      finding('states rebuilt and opened', tally.opened, `${count}`, tally.opened === count),
      finding('committed records missing', tally.lost, '0', tally.lost === 0),
      finding('wrong records', tally.wrong, '0', tally.wrong === 0),
      finding('needless new epochs', tally.epochs.join(' ') || '0', '0', tally.epochs.length === 0),
      finding('frames kept beyond what was committed', tally.unsyncedKept, 'any', true),
    ];
  },
};
