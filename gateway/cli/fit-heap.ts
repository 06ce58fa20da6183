import { setFlagsFromString } from 'node:v8';

const dayMs = 86_400_000;

/**
 * Fits V8's heap to a process that makes little garbage and idles between polls. Counts only before the first
 * collection. Measured at 10,000 values/s, 10 to 60 s after the start:
 *
 * - Its memory reducer takes those pauses for idleness and collects the whole heap three times to give some megabytes
 *   back: put off by a day, 2.6 instead of 3.1 CPU-s per million values.
 * - Its young generation grows to 32 MB while the program loads and never needs it again: kept as it begins,
 *   60 instead of 94 MB of memory for 0.15 CPU-s per million values.
 */
export function fitHeap(): void {
  setFlagsFromString(`--gc-memory-reducer-start-delay-ms=${dayMs}`);
  setFlagsFromString('--semi-space-growth-factor=1');
}
