import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.js';
import { UnknownBoxBus } from '../support/unknown-box-bus.js';
import { type Finding, finding, type Proof } from './proof.js';
import { startPtyPair } from './pty-pair.js';
import { climate, LevelTransmitter } from './unknown-box-devices.js';
import { TechniciansBox } from './unknown-box-machine.js';
import { saysTheSame, TranscriptPage } from './unknown-box-page.js';
import { TechniciansWork } from './unknown-box-work.js';

const pageFile = fileURLToPath(new URL('../../../gateway/cli/kit/README.md', import.meta.url));

/** Characters of the transcript that are printed when a step fails. */
const saidMax = 3000;
const steps = ['findPort', 'findDevices', 'findLevel', 'writeSite', 'run', 'findFault'] as const;

/** The whole way, on a bus with a level transmitter that nobody knows and an XY-MD02. */
async function walk(folder: string, say: (line: string) => void, page: TranscriptPage): Promise<Finding[]> {
  const pair = await startPtyPair(folder, 'line');
  const lineFile = join(folder, 'line.json');
  const transmitter = new LevelTransmitter();
  const bus = await UnknownBoxBus.start(pair.far, lineFile, [climate, transmitter.device]);
  const box = await TechniciansBox.set(folder, await realpath(pair.near), lineFile);
  const work = new TechniciansWork({ box, bus, transmitter, page, say, port: await freePort() });
  try {
    for (const step of steps) {
      await work[step]();
      // Each step goes on with what the one before it found.
      if (work.findings.some(({ holds }) => !holds)) {
        say(page.text.slice(-saidMax));
        break;
      }
    }
    return work.findings;
  } finally {
    await work.end();
    await bus.stop();
    await pair.stop();
  }
}

/** With `--full` the transcript is written anew; else it is held against the one in the docs. */
export const unknownBox: Proof = {
  summary: 'from an unknown box to live values with the commands of the kit, as the transcript in the docs tells',
  async run({ isFull, folder, say }): Promise<readonly Finding[]> {
    const page = new TranscriptPage();
    const findings = await walk(folder, say, page);
    const made = join(folder, 'README.md');
    await writeFile(made, page.text);
    const isWhole = findings.every(({ holds }) => holds);
    if (!isWhole) return findings;
    if (isFull) {
      await mkdir(dirname(pageFile), { recursive: true });
      await writeFile(pageFile, page.text);
      say(`  written: ${pageFile}`);
      return findings;
    }
    const isCurrent = saysTheSame(page.text, await readFile(pageFile, 'utf8').catch(() => ''));
    const figure = isCurrent ? 'the same' : `other than ${made}`;
    return [...findings, finding('the transcript in the docs says', figure, 'the same; --full writes it', isCurrent)];
  },
};
