import { cellName, readCell } from './counted-cells.js';

/** A dense ascending run of one device's sequences, as they arrived. */
interface Run {
  readonly from: number;
  next: number;
}

/** What arrived of one device. */
class DeviceArrivals {
  readonly runs: Run[] = [];
  repeats = 0;

  /** Index of the run it goes on with, begins, or repeats. */
  take(sequence: number): number {
    const at = this.runs.findIndex(({ from, next }) => sequence >= from && sequence <= next);
    const run = this.runs[at];
    if (!run) return this.runs.push({ from: sequence, next: sequence + 1 }) - 1;
    // Where the backlog has met the live stream what comes is a repetition, of the later run.
    const later = this.runs.find(({ from, next }) => sequence >= from && sequence < next);
    if (later) this.repeats += 1;
    else run.next += 1;
    return at;
  }
}

/** Judges frames of counted cells as they arrive at a destination: their order, completeness, names and units. */
export class Arrivals {
  readonly #devices = new Map<string, DeviceArrivals>();
  #frames = 0;
  /** Values under another name or unit than they were read with. */
  misnamed = 0;

  get frames(): number {
    return this.#frames;
  }

  /** Streams of a device at most: one, or two after an outage. */
  get streamsMax(): number {
    return Math.max(0, ...[...this.#devices.values()].map(({ runs }) => runs.length));
  }

  get repeats(): number {
    return [...this.#devices.values()].reduce((sum, { repeats }) => sum + repeats, 0);
  }

  /** Sequences between a device's first and last that did not arrive. */
  get holes(): number {
    let holes = 0;
    for (const { runs } of this.#devices.values()) {
      const sorted = [...runs].sort((a, b) => a.from - b.from);
      sorted.forEach(({ from }, n) => {
        if (n > 0) holes += Math.max(0, from - (sorted[n - 1] as Run).next);
      });
    }
    return holes;
  }

  /** Distinct frames of a device that arrived. */
  count(device: string): number {
    return (this.#devices.get(device)?.runs ?? []).reduce((sum, { from, next }) => sum + next - from, 0);
  }

  get distinct(): number {
    return [...this.#devices.keys()].reduce((sum, device) => sum + this.count(device), 0);
  }

  /** Index of the stream the frame belongs to: 0 for a device's first. */
  frame(device: string, sequence: number): number {
    const arrivals = this.#devices.get(device) ?? new DeviceArrivals();
    this.#devices.set(device, arrivals);
    this.#frames += 1;
    return arrivals.take(sequence);
  }

  /** A value under the name it came with; a destination that keeps no units says none. */
  value(name: string, value: number, unit?: string): void {
    if (name === 'swing') return;
    const { phase, cell } = readCell(value);
    const wanted = cellName(phase, cell);
    if (wanted?.name !== name || (unit !== undefined && unit !== wanted.unit)) this.misnamed += 1;
  }
}
