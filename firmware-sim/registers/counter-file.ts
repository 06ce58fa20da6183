import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * Which counters were answered: a line `unit counter utcMs` each, in the kernel's hands before the reply is sent, so that
 * it outlives kill -9 of either side. A simulator started again goes on counting where the file ends.
 */
export class CounterFile {
  #handle: number | undefined;
  readonly #last = new Map<number, number>();

  constructor(path: string) {
    if (existsSync(path)) {
      for (const line of readCounterLines(readFileSync(path, 'utf8'))) {
        this.#last.set(line.unit, Math.max(line.counter, this.lastOf(line.unit)));
      }
    }
    this.#handle = openSync(path, 'a');
  }

  /** The highest counter of this unit in the file; 0 when it has none. */
  lastOf(unit: number): number {
    return this.#last.get(unit) ?? 0;
  }

  append(unit: number, counter: number, utcMs: number): void {
    if (this.#handle !== undefined) writeSync(this.#handle, `${unit} ${counter} ${utcMs}\n`);
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }
}

export interface CounterLine {
  readonly unit: number;
  readonly counter: number;
  readonly utcMs: number;
}

/** The whole lines of a counter file; a torn last line is left out. */
export function readCounterLines(text: string): CounterLine[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').map(Number))
    .map(([unit = 0, counter = 0, utcMs = 0]) => ({ unit, counter, utcMs }));
}
