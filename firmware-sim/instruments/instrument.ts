/** An instrument behind a line, as its manual describes it: what it sends by itself, what it answers. */
export interface Instrument {
  /** ms between what it sends by itself; one that only answers has none. */
  readonly everyMs?: number;
  /** What it sends by itself, a message each. */
  send?(): readonly Buffer[];
  /** The answer to what was heard since the last one; undefined while it does not end with a request for it. */
  answer?(heard: Buffer): Buffer | undefined;
  /** Physics go on. */
  advance(byMs: number): void;
}
