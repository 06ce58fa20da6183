/** How a proof is run: a small run by default, the size its line asks for with `--full`. */
export interface ProofOptions {
  readonly isFull: boolean;
  /** Seed of everything random; printed, so that a run can be made again. */
  readonly seed: number;
  /** Scratch folder of this run; removed when the proof holds. */
  readonly folder: string;
  /** Prints one line of the run's own words. */
  readonly say: (line: string) => void;
}

/** One figure of a proof against what its line asks for. */
export interface Finding {
  readonly what: string;
  readonly figure: string;
  readonly wanted: string;
  readonly holds: boolean;
}

/** The command behind one acceptance line. */
export interface Proof {
  readonly summary: string;
  run(options: ProofOptions): Promise<readonly Finding[]>;
}

export const finding = (what: string, figure: number | string, wanted: string, holds: boolean): Finding => ({
  what,
  figure: String(figure),
  wanted,
  holds,
});

/** Numbers in [0, 1) from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Tells how far a long run is, with the time left, at most each five seconds. */
export function progress(say: (line: string) => void, what: string, total: number): (done: number) => void {
  const started = performance.now();
  let toldAt = started;
  return (done) => {
    const now = performance.now();
    if (now - toldAt < 5000 || done === 0) return;
    toldAt = now;
    const leftS = Math.round(((now - started) / done) * (total - done) * 0.001);
    say(`  ${what}: ${done} of ${total}, about ${leftS} s left`);
  };
}
