import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkJournal } from './checked-journal.js';
import { type DiskState, DiskStates } from './disk-states.js';
import { type DiskAct, traceDisk } from './disk-trace.js';
import { PowerGateway } from './power-gateway.js';
import { GatewayTally } from './power-tally.js';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';
import { RecordedDisk } from './recorded-disk.js';
import { RecordedFolder } from './recorded-folder.js';

const workload = fileURLToPath(new URL('journal-workload.js', import.meta.url));

interface Tally {
  opened: number;
  refused: string[];
  lost: number;
  wrong: number;
  epochs: string[];
  unsyncedKept: number;
  /** Recovery names another frame than the last that is there. */
  misnamed: number;
  /** The timeline would go on at or below the instant of a frame that is there. */
  steppedBack: number;
}

/** One state: what was said to be committed is there, nothing is wrong. */
async function judge(
  told: DiskStates['told'],
  state: DiskState,
  folder: string,
  identity: string,
  tally: Tally,
): Promise<void> {
  const disk = new RecordedDisk(folder, identity, state);
  try {
    const { frames, notes, wrong, newEpoch, lastKept, lastInstant } = await checkJournal(disk, folder);
    // The n-th frame has the instant n.
    const last = [...frames].reduce((highest, one) => Math.max(highest, one), -1);
    tally.opened += 1;
    tally.wrong += wrong;
    if (newEpoch && told.alarms > 0) tally.epochs.push(newEpoch);
    for (let offset = 0; offset < told.samples; offset += 1) if (!frames.has(offset)) tally.lost += 1;
    // The epoch's own entry is the first of the lane.
    for (let offset = 1; offset < told.alarms; offset += 1) if (!notes.has(offset)) tally.lost += 1;
    tally.misnamed += (lastKept ?? -1) === last ? 0 : 1;
    tally.steppedBack += lastInstant < last ? 1 : 0;
    tally.unsyncedKept += [...frames].filter((offset) => offset >= told.samples).length;
  } catch (error) {
    tally.refused.push((error as Error).message);
  }
}

/** Disk states that a power cut may leave, rebuilt from what the journal really wrote and synced. */
export const power: Proof = {
  summary: 'a power cut at any moment: the gateway opens, what was committed is there, nothing is wrong',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const journal = join(folder, 'journal');
    const size = isFull ? ['8', '6000', '50'] : ['4', '1000', '20'];
    say(`  recording a journal under strace: ${size[0]} s at ${size[1]} frames/s of ${size[2]} tags`);
    const acts: DiskAct[] = await traceDisk(workload, [journal, ...size], journal, join(folder, 'trace.txt'));
    const count = (kind: DiskAct['kind']): number => acts.filter((act) => act.kind === kind).length;
    const first = acts.findIndex(({ kind }) => kind === 'told');
    say(
      `  recorded ${count('write')} writes, ${count('sync')} syncs, ${count('create')} segments; first word of a commit at act ${first}`,
    );
    const { dev, ino } = await stat(join(journal, '.'), { bigint: true });
    const random = randomFrom(seed);
    const [total, wholeEvery] = isFull ? [1000, 10] : [200, 20];
    const cuts = Array.from({ length: total }, () => Math.floor(random() * acts.length)).sort((a, b) => a - b);
    const states = new DiskStates();
    const tally: Tally = {
      opened: 0,
      refused: [],
      lost: 0,
      wrong: 0,
      epochs: [],
      unsyncedKept: 0,
      misnamed: 0,
      steppedBack: 0,
    };
    const gateway = await PowerGateway.start(await RecordedFolder.keep(journal), folder);
    const whole = new GatewayTally(say);
    const tell = progress(say, 'states opened', total);
    let at = 0;
    for (const [n, cut] of cuts.entries()) {
      for (; at < cut; at += 1) states.apply(acts[at] as DiskAct);
      const state = states.cut(random);
      await judge(states.told, state, journal, `${dev}:${ino}`, tally);
      if (n % wholeEvery === wholeEvery >> 1) whole.add(n, states.told, state, await gateway.run(state));
      tell(n + 1);
    }
    await gateway.stop();
    for (const refusal of new Set(tally.refused)) say(`  refused: ${refusal}`);
    return [
      finding('journal: states rebuilt and opened', tally.opened, `${total}`, tally.opened === total),
      finding('journal: committed records missing', tally.lost, '0', tally.lost === 0),
      finding('journal: wrong records', tally.wrong, '0', tally.wrong === 0),
      finding('journal: needless new epochs', tally.epochs.join(' ') || '0', '0', tally.epochs.length === 0),
      finding('journal: last frame not named in the recovery', tally.misnamed, '0', tally.misnamed === 0),
      finding('journal: timeline steps back', tally.steppedBack, '0', tally.steppedBack === 0),
      finding('journal: frames kept beyond what was committed', tally.unsyncedKept, 'any', true),
      ...whole.findings(Math.ceil(total / wholeEvery)),
    ];
  },
};
