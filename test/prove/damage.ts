import { readdir, readFile, stat } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkJournal } from './checked-journal.js';
import type { DiskState } from './disk-states.js';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';
import { RecordedDisk } from './recorded-disk.js';

const workload = fileURLToPath(new URL('journal-workload.js', import.meta.url));

const kinds = {
  truncated: (content: Buffer, random: () => number) => content.subarray(0, Math.floor(random() * content.length)),
  zeroed: (content: Buffer, random: () => number) => {
    const copy = Buffer.from(content);
    const at = Math.floor(random() * content.length);
    return copy.fill(0, at, Math.min(content.length, at + 1 + Math.floor(random() * 65_536)));
  },
  flipped: (content: Buffer, random: () => number) => {
    const copy = Buffer.from(content);
    const at = Math.floor(random() * content.length);
    copy[at] = (copy[at] as number) ^ (1 << Math.floor(random() * 8));
    return copy;
  },
} as const;

async function readFolder(folder: string): Promise<DiskState> {
  const state: DiskState = new Map();
  for (const name of await readdir(folder)) {
    if (name.endsWith('.seg')) state.set(name, await readFile(join(folder, name)));
  }
  return state;
}

/** Segments truncated, zeroed and with a bit turned over. */
export const damage: Proof = {
  summary: 'damaged segments: it starts, skips, keeps a copy, says so, and never gives a wrong value',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const journal = join(folder, 'journal');
    const size = isFull ? ['6', '6000', '50'] : ['2', '2000', '20'];
    spawnSync(process.execPath, [workload, journal, ...size], { stdio: 'ignore' });
    const whole = await readFolder(journal);
    const { dev, ino } = await stat(join(journal, '.'), { bigint: true });
    const random = randomFrom(seed);
    const each = isFull ? 1000 : 100;
    const findings: Finding[] = [];
    const tell = progress(say, 'damaged journals opened', each * 3);
    let done = 0;
    for (const [kind, spoil] of Object.entries(kinds)) {
      let opened = 0;
      let wrong = 0;
      let silent = 0;
      for (let n = 0; n < each; n += 1) {
        const names = [...whole.keys()];
        const name = names[Math.floor(random() * names.length)] as string;
        const state = new Map(whole).set(name, spoil(whole.get(name) as Buffer, random));
        const disk = new RecordedDisk(journal, `${dev}:${ino}`, state);
        const before = [...whole.keys()].length;
        const check = await checkJournal(disk, journal).catch((error: unknown) => {
          say(`  refused: ${String(error)}`);
          return undefined;
        });
        tell((done += 1));
        if (!check) continue;
        opened += 1;
        wrong += check.wrong;
        const isWhole = (whole.get(name) as Buffer).equals(state.get(name) as Buffer);
        const said = check.damage.length > 0 || check.newEpoch !== undefined || check.reason !== 'stop';
        if (!isWhole && !said && before > 0) silent += 1;
      }
      findings.push(
        finding(`${kind}: started`, opened, `${each}`, opened === each),
        finding(`${kind}: wrong values`, wrong, '0', wrong === 0),
        finding(`${kind}: damage nobody was told of`, silent, '0', silent === 0),
      );
    }
    return findings;
  },
};
