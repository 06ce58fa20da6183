import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FramerCase, TakenFrame } from './framer-case.js';
import { HostileInputs } from './framer-inputs.js';
import { lineFramers } from './framer-lines.js';
import { stationFramers } from './framer-stations.js';
import { type Finding, finding, type Proof, type ProofOptions, progress, randomFrom } from './proof.js';

const framers = [...lineFramers, ...stationFramers];
const rssGrowthMaxMb = 32;
/** More would say the same. */
const findingsTold = 5;

/** What came of all inputs of one framer. */
interface Tally {
  inputs: number;
  /** Frames taken, all of them checked. */
  taken: number;
  crashes: number;
  /** Frames taken whose checksum, reckoned anew, is wrong. */
  wrongChecksums: number;
  wrongValues: number;
  /** Right frames behind an input that were not taken, though nothing else was. */
  lost: number;
  heldBytes: number;
  rssGrowthMb: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function rssMb(): number {
  collectGarbage();
  return process.memoryUsage().rss / 1e6;
}

const isSame = (frame: TakenFrame, bytes: Uint8Array): boolean => Buffer.compare(frame.bytes, trimmed(bytes)) === 0;

/** Some framers give a frame without the CR LF behind it. */
const trimmed = (bytes: Uint8Array): Uint8Array =>
  bytes.at(-1) === 0x0a && bytes[0] === 0x23 ? bytes.subarray(0, -2) : bytes;

function tryOne(
  framer: FramerCase,
  inputs: HostileInputs,
  tally: Tally,
  tell: (what: string, input: Buffer) => void,
): void {
  const next = inputs.seed();
  const input = Buffer.concat([inputs.next(), next]);
  tally.inputs += 1;
  try {
    const { frames, heldBytes } = framer.read(inputs.pieces(input));
    tally.heldBytes = Math.max(tally.heldBytes, heldBytes);
    tally.taken += frames.length;
    for (const frame of frames) {
      tally.wrongValues += frame.wrongValues;
      if (framer.isRight(frame.bytes, input)) continue;
      tally.wrongChecksums += 1;
      tell(`took ${Buffer.from(frame.bytes).toString('hex')} out of`, input);
    }
    const strangers = frames.filter((frame) => !framer.seeds.some((seed) => isSame(frame, seed)));
    const isLost = framer.findsNext && strangers.length === 0 && !frames.some((frame) => isSame(frame, next));
    if (isLost) {
      tally.lost += 1;
      tell(`lost ${next.toString('hex')} at the end of`, input);
    }
  } catch (error) {
    tally.crashes += 1;
    tell(`threw ${String(error)} at`, input);
  }
}

function fuzz(framer: FramerCase, { isFull, seed, say }: ProofOptions): Tally {
  const wanted = isFull ? 1_000_000 : 20_000;
  const inputs = new HostileInputs(randomFrom(seed), framer.seeds, framer.others);
  const tally: Tally = {
    inputs: 0,
    taken: 0,
    crashes: 0,
    wrongChecksums: 0,
    wrongValues: 0,
    lost: 0,
    heldBytes: 0,
    rssGrowthMb: 0,
  };
  let told = 0;
  const tell = (what: string, input: Buffer): void => {
    told += 1;
    if (told <= findingsTold) say(`  ${framer.name} ${what} ${input.toString('hex')}`);
  };
  const tellProgress = progress(say, framer.name, wanted);
  // What a tenth of the inputs needs, code compiled and heap grown, is not growth.
  const settledAt = wanted / 10;
  let settledMb = 0;
  for (let n = 0; n < wanted; n += 1) {
    if (n === settledAt) settledMb = rssMb();
    tryOne(framer, inputs, tally, tell);
    if (n % 10_000 === 0) tellProgress(n);
  }
  tally.rssGrowthMb = rssMb() - settledMb;
  return tally;
}

function table(all: readonly (readonly [FramerCase, Tally])[]): string[] {
  const head = `  ${'framer'.padEnd(16)}${['inputs', 'taken', 'crashes', 'wrong sum', 'no number', 'lost', 'held B', 'of', 'RSS +MB'].map((one) => one.padStart(10)).join('')}`;
  const rows = all.map(([{ name, heldBytesMax }, tally]) => {
    const { inputs, taken, crashes, wrongChecksums, wrongValues, lost, heldBytes, rssGrowthMb } = tally;
    const cells = [
      inputs,
      taken,
      crashes,
      wrongChecksums,
      wrongValues,
      lost,
      heldBytes,
      heldBytesMax,
      rssGrowthMb.toFixed(1),
    ];
    return `  ${name.padEnd(16)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
  });
  return [head, ...rows];
}

const sumOf = (all: readonly (readonly [FramerCase, Tally])[], key: keyof Tally): number =>
  all.reduce((sum, [, tally]) => sum + tally[key], 0);

/** Every framer against bytes made to deceive it. */
export const framerFuzz: Proof = {
  summary: 'hostile bytes at each framer: no crash, bounded memory, no good value from a bad checksum',
  async run(options): Promise<readonly Finding[]> {
    const all: (readonly [FramerCase, Tally])[] = [];
    for (const framer of framers) {
      all.push([framer, fuzz(framer, options)]);
      // Whoever waits for the terminal gets a turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const line of table(all)) options.say(line);
    const none = (what: string, key: keyof Tally): Finding => {
      const count = sumOf(all, key);
      return finding(what, count, '0', count === 0);
    };
    const overfull = all.filter(([{ heldBytesMax }, { heldBytes }]) => heldBytes > heldBytesMax);
    const growth = Math.max(...all.map(([, { rssGrowthMb }]) => rssGrowthMb));
    const least = Math.min(...all.map(([, { taken }]) => taken));
    return [
      finding('framers × inputs', `${framers.length} × ${all[0]?.[1].inputs}`, 'each as many', true),
      finding('frames taken by the one that took fewest', least, 'more than 0', least > 0),
      none('crashes', 'crashes'),
      none('frames taken with a wrong checksum', 'wrongChecksums'),
      none('good values that are no number', 'wrongValues'),
      none('right frames lost behind noise', 'lost'),
      finding('framers that held more than their limit', overfull.length, '0', overfull.length === 0),
      finding(
        'greatest growth of memory, MB',
        growth.toFixed(1),
        `${rssGrowthMaxMb} at most`,
        growth <= rssGrowthMaxMb,
      ),
    ];
  },
};
