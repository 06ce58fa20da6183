import { parentPort, workerData } from 'node:worker_threads';
import { DamageCases, type DamageOutcome } from './damage-case.js';

/** What one of the threads is to do: every `step`-th case from `first` on. */
export interface DamageWork {
  readonly folder: string;
  readonly folderIdentity: string;
  readonly segments: readonly (readonly [name: string, content: Uint8Array])[];
  readonly faults: readonly string[];
  readonly each: number;
  readonly seed: number;
  readonly first: number;
  readonly step: number;
}

export interface DamageReport {
  readonly fault: string;
  readonly n: number;
  readonly outcome: DamageOutcome;
}

const { segments, faults, each, seed, first, step, ...place } = workerData as DamageWork;
const whole = new Map(
  segments.map(([name, { buffer, byteOffset, length }]) => [name, Buffer.from(buffer, byteOffset, length)]),
);
const cases = await DamageCases.of({ ...place, whole });
for (let index = first; index < each * faults.length; index += step) {
  const fault = faults[Math.floor(index / each)] as string;
  const report: DamageReport = { fault, n: index % each, outcome: await cases.judge(fault, seed + index) };
  parentPort?.postMessage(report);
}
