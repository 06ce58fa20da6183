import { availableParallelism } from 'node:os';
import { type LineRate, measureSluice, startBenchInfluxd } from './line-rate.js';

const everyMs = 50;
const stepDevices = 60;
/** Ports the baseline's server has. */
const devicesMax = 1200;
const missedMaxPercent = 1;

export interface Step {
  readonly devices: number;
  readonly rate: LineRate;
}

export interface HighestOptions {
  readonly fromDevices: number;
  readonly seconds: number;
  /** Frames in one batch for InfluxDB; as shipped unless given. */
  readonly batch: number | undefined;
  readonly say: (line: string) => void;
}

/**
 * Raises the load, 60 devices at a time, until a step misses 1 % of its polls twice, then tries the middle of the last
 * step. Resolves to the highest step that held; undefined when none did.
 */
export async function highest(server: string, folder: string, options: HighestOptions): Promise<Step | undefined> {
  const { fromDevices, seconds, batch, say } = options;
  const sinkMore = batch === undefined ? '' : `, batch: ${batch}`;
  const influxd = await startBenchInfluxd();
  let best: Step | undefined;
  const holds = async (devices: number): Promise<boolean> => {
    const load = { devices, everyMs, seconds, dropSeconds: Math.min(5, seconds / 3) };
    const rate = await measureSluice(server, folder, influxd, load, { sinkMore });
    const isHeld = rate.missedPercent < missedMaxPercent;
    say(stepText({ devices, rate }, isHeld));
    if (isHeld) best = { devices, rate };
    return isHeld;
  };
  try {
    let devices = fromDevices;
    // One miss may be somebody else's: a step has failed when it fails twice.
    while (devices <= devicesMax && ((await holds(devices)) || (await holds(devices)))) devices += stepDevices;
    if (devices > fromDevices && devices <= devicesMax) await holds(devices - stepDevices / 2);
  } finally {
    await influxd.stop();
  }
  return best;
}

function stepText({ devices, rate }: Step, isHeld: boolean): string {
  const { gateway, server, influxd, machine } = rate.cpuPercent;
  const cells = [
    `${String(devices).padStart(4)} devices`,
    `${rate.valuesPerSecond.toFixed(0).padStart(7)} values/s`,
    `${rate.cpuSecondsPerMillion.toFixed(2)} CPU-s/M`,
    `${rate.rssAnonMb.toFixed(0).padStart(4)} MB anon`,
    `${rate.missedPercent.toFixed(2)} % missed (${rate.unaskedPercent.toFixed(2)} % not polled)`,
    `CPU %: gateway ${gateway.toFixed(0)}, influxd ${influxd.toFixed(0)}, server ${server.toFixed(0)}, others ${(machine - gateway - influxd - server).toFixed(0)}, idle ${(100 * availableParallelism() - machine).toFixed(0)}`,
  ];
  return `${isHeld ? 'held  ' : 'missed'} ${cells.join('  ')}`;
}
