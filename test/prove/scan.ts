import { likelySettings, scan as scanLine, scanBauds, scanSteps } from '../../drivers/modbus/index.js';
import { systemClock } from '../../gateway/runtime/system-clock.js';
import { format, registersAnswerer, registersFrom, SerialBench, type BenchDevice } from '../support/serial-bench.js';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';
import { startPtyPair } from './pty-pair.js';

const deviceCount = 12;
const timeoutMs = 60;

const label = (unit: number, { baud, parity }: BenchDevice['format']): string => `${unit} at ${baud} ${parity}`;

/** Twelve devices on one bus, each set in its own way, with its own unit and its own delay. */
function devicesOf(random: () => number, unitMax: number): BenchDevice[] {
  const units = new Set<number>();
  while (units.size < deviceCount) units.add(1 + Math.floor(random() * unitMax));
  return [...units].map((unit) => {
    const baud = scanBauds[Math.floor(random() * scanBauds.length)] as number;
    const parity = (['none', 'none', 'even', 'odd'] as const)[Math.floor(random() * 4)] ?? 'none';
    const words = Array.from({ length: 10 }, () => Math.floor(random() * 1000));
    const isInput = random() < 0.3;
    const answer = registersAnswerer(isInput ? { 4: registersFrom(0, ...words) } : { 3: registersFrom(0, ...words) });
    return { unit, format: format(baud, parity), answer, latencyMs: 2 + random() * 35 };
  });
}

/** One bus with twelve devices of mixed settings, scanned from nothing; units to 32, with `--full` to 247. */
export const scan: Proof = {
  summary: 'a scan finds every device of a bus on which each is set differently',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const unitMax = isFull ? 247 : 32;
    const devices = devicesOf(randomFrom(seed), unitMax);
    say(`  on the bus: ${devices.map((one) => label(one.unit, one.format)).join(', ')}`);
    const pair = await startPtyPair(folder, 'bus');
    const bench = await SerialBench.start(pair.far, { devices });
    const settings = likelySettings({ bauds: scanBauds, parities: ['none', 'even', 'odd'] });
    const steps = scanSteps(
      settings.map((serial) => ({ framing: 'rtu' as const, serial })),
      Array.from({ length: unitMax }, (_, n) => n + 1),
    );
    const found: string[] = [];
    const garbled: number[] = [];
    const tell = progress(say, 'questions', steps.length);
    const options = {
      address: { kind: 'serial' as const, path: pair.near },
      clock: systemClock,
      steps,
      from: 0,
      known: [],
      timeoutMs,
      stopAfter: Number.POSITIVE_INFINITY,
      open: bench.open,
    };
    try {
      await scanLine(
        options,
        {
          found: ({ unit, setting }) => void found.push(label(unit, setting.serial)),
          garbled: ({ unit }) => void garbled.push(unit),
          progressed: tell,
        },
        new AbortController().signal,
      );
    } finally {
      await bench.stop();
      await pair.stop();
    }
    const wanted = new Set(devices.map((one) => label(one.unit, one.format)));
    const right = found.filter((one) => wanted.has(one)).length;
    return [
      finding('devices found with their settings', `${right} of ${deviceCount}`, 'all', right === deviceCount),
      finding('devices found that are not there', found.length - right, '0', found.length === right),
      finding(
        'questions asked',
        `${steps.length}, of which ${garbled.length} answered by something garbled`,
        'any',
        true,
      ),
    ];
  },
};
