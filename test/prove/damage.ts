import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { DamageCases, type Recording } from './damage-case.js';
import { DamageTally } from './damage-tally.js';
import type { DamageReport, DamageWork } from './damage-worker.js';
import type { DiskState } from './disk-states.js';
import { type Finding, type Proof, progress } from './proof.js';
import { faults } from './spoilt-segment.js';

const workload = fileURLToPath(new URL('journal-workload.js', import.meta.url));

async function readFolder(folder: string): Promise<DiskState> {
  const state: DiskState = new Map();
  for (const name of await readdir(folder)) {
    if (name.endsWith('.seg')) state.set(name, await readFile(join(folder, name)));
  }
  return state;
}

/** Opens damaged journals on every core: each is a whole reading of the journal. */
async function judgeAll(
  work: Omit<DamageWork, 'first' | 'step'>,
  onReport: (report: DamageReport) => void,
): Promise<void> {
  const step = availableParallelism();
  const threads = Array.from({ length: step }, (_, first) => {
    const worker = new Worker(new URL('damage-worker.js', import.meta.url), {
      workerData: { ...work, first, step } satisfies DamageWork,
    });
    worker.on('message', onReport);
    return new Promise<void>((resolve, reject) => worker.once('error', reject).once('exit', () => resolve()));
  });
  await Promise.all(threads);
}

/** Segments truncated, zeroed and with a bit turned over. */
export const damage: Proof = {
  summary: 'damaged segments: it starts, skips, keeps a copy, says so, and never gives a wrong value',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const journal = join(folder, 'journal');
    // The full size fills one segment and begins another: the first is sealed, and is not read at a start.
    const size = isFull ? ['8', '6000', '50'] : ['2', '2000', '20'];
    spawnSync(process.execPath, [workload, journal, ...size], { stdio: 'ignore' });
    const { dev, ino } = await stat(join(journal, '.'), { bigint: true });
    const recording: Recording = {
      folder: journal,
      folderIdentity: `${dev}:${ino}`,
      whole: await readFolder(journal),
    };
    const { frames, notes, reason } = (await DamageCases.of(recording)).sound;
    const sizes = [...recording.whole].map(([name, content]) => `${name} ${content.length}`).join(', ');
    say(`  ${frames.size} frames and ${notes.size} transitions in ${sizes}; it ended by ${reason}`);
    const each = isFull ? 1000 : 100;
    const kinds = Object.keys(faults);
    const tallies = new Map(kinds.map((fault) => [fault, new DamageTally(fault)]));
    const tell = progress(say, 'damaged journals opened', each * kinds.length);
    let done = 0;
    const { whole, ...place } = recording;
    await judgeAll({ ...place, segments: [...whole], faults: kinds, each, seed }, ({ fault, n, outcome }) => {
      tallies.get(fault)?.add({ ...outcome, words: `case ${n}: ${outcome.words}` });
      tell((done += 1));
    });
    for (const [fault, tally] of tallies) for (const words of tally.words()) say(`  ${fault}: ${words}`);
    return [...tallies.values()].flatMap((tally) => tally.findings(each));
  },
};
