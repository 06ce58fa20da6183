import { quantile } from '../../gateway/cli/bench/quantile.js';
import { delayText, watchCrossings } from '../bench/latency.js';
import { compileServer } from '../bench/line-rate.js';
import { finding, type Proof } from './proof.js';

/** One crossing takes about 1.4 s on average when a value is held for up to 13 replies of a device polled at 10 Hz. */
const holdMax = 13;
const sampleEveryS = 10;

/** Growth of the memory over the run by least squares, MB an hour; the first tenth, while caches fill, left out. */
function growthPerHour(memoryMb: readonly number[]): number {
  const kept = memoryMb.slice(Math.ceil(memoryMb.length / 10));
  const middle = (kept.length - 1) / 2;
  const mean = kept.reduce((sum, one) => sum + one, 0) / kept.length;
  let covariance = 0;
  let variance = 0;
  for (const [index, one] of kept.entries()) {
    covariance += (index - middle) * (one - mean);
    variance += (index - middle) ** 2;
  }
  return (covariance / variance) * (3600 / sampleEveryS);
}

/** The lowest and the highest of each tenth of the run: a saw-tooth of collections keeps its lowest, a leak does not. */
function tenthsText(memoryMb: readonly number[]): string {
  const tenths = Array.from({ length: 10 }, (_, tenth) =>
    memoryMb.slice(Math.floor((memoryMb.length * tenth) / 10), Math.floor((memoryMb.length * (tenth + 1)) / 10)),
  );
  return tenths
    .filter((some) => some.length > 0)
    .map((some) => `${Math.min(...some).toFixed(0)}–${Math.max(...some).toFixed(0)}`)
    .join('  ');
}

/** Alarms under the full line rate for most of an hour. */
export const soak: Proof = {
  summary: '10,000 values/s for 50 minutes with alarms at random moments: memory flat, latency',
  async run({ isFull, folder, say }) {
    const crossings = isFull ? 2140 : 45;
    const server = compileServer(folder);
    const run = { crossings, holdMax, isAlarm: true };
    const { decided, heard, frames, seconds, memoryMb } = await watchCrossings(server, folder, run);
    say(`  ${delayText('reply on the wire to the decision', decided)}`);
    say(`  ${delayText('reply on the wire to the alarm at a subscriber', heard)}`);
    say(`  anonymous memory, MB, by tenths of the run: ${tenthsText(memoryMb)}`);
    const known = decided.filter((ms) => ms !== undefined);
    const lost = decided.length - known.length + heard.filter((ms) => ms === undefined).length;
    const p99 = quantile(known, 0.99);
    const growth = growthPerHour(memoryMb);
    const spread = `${Math.min(...memoryMb).toFixed(0)}–${Math.max(...memoryMb).toFixed(0)} MB`;
    const valuesPerSecond = (frames / seconds) * 50;
    return [
      finding(
        'ran',
        `${(seconds / 60).toFixed(1)} min at ${valuesPerSecond.toFixed(0)} values/s`,
        '≈ 10,000',
        valuesPerSecond > 9500,
      ),
      finding('crossings at random phases', crossings, isFull ? '≥ 2,000' : 'printed', !isFull || crossings >= 2000),
      finding('crossings without a decision or without an alarm at the subscriber', lost, '0', lost === 0),
      finding('decision, p99', `${p99.toFixed(1)} ms`, '≤ 20 ms', p99 <= 20),
      finding(
        'anonymous memory',
        `${spread}, ${growth.toFixed(1)} MB an hour`,
        isFull ? '≤ 5 MB an hour' : 'printed',
        !isFull || growth <= 5,
      ),
    ];
  },
};
