/** A clock this near to ours is right: what is further ahead is of the future. */
export const clockWindowMs = 60_000;
/** Two looks at a clock must be this far apart: a station that empties its memory sends hours of data in seconds. */
const spanMinMs = 20_000;
/** What a clock may seem to jump between two looks, for messages take different times. */
const jitterMaxMs = 10_000;

interface Look {
  readonly atMs: number;
  readonly behindMs: number;
}

/**
 * How far a station's clock is behind ours, from the times at which it says it sends. What waited in its memory looks
 * like a slow clock: that one runs as ours does is what tells a clock from old data.
 */
export class StationClock {
  #last: Look | undefined;
  #behindMs: number | undefined;

  /** Sent at `stampMs` by the station's clock (UTC); came at `utcMs` by ours, `atMs` on the monotonic timeline. */
  look(stampMs: number, utcMs: number, atMs: number): void {
    const look: Look = { atMs, behindMs: utcMs - stampMs };
    const last = this.#last;
    if (last && atMs - last.atMs < spanMinMs) return;
    if (last && Math.abs(look.behindMs - last.behindMs) <= jitterMaxMs) this.#behindMs = look.behindMs;
    this.#last = look;
  }

  /** Forgets what was seen: the clock was set, or the station is another one. */
  forget(): void {
    this.#last = undefined;
    this.#behindMs = undefined;
  }

  /** ms, negative when it is ahead; undefined until two looks have agreed. */
  get behindMs(): number | undefined {
    return this.#behindMs;
  }
}
