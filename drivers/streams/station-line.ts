import type { Caller } from './callers.js';

/** What a framer finds in further bytes: whole frames, damage, and bytes that belong to neither. */
export interface FrameFinder<Frame, Damage> {
  push(bytes: Uint8Array): {
    readonly frames: readonly Frame[];
    readonly damages: readonly Damage[];
    readonly stray: number;
  };
}

/** What came over the lines of a link; counted up as it comes. */
export interface StationTally {
  messages: number;
  damaged: number;
  strayBytes: number;
}

export interface StationLineEvents<Frame, Damage> {
  message(line: StationLine<Frame, Damage>, frame: Frame): void;
  /** Told when damage begins, not for each frame. */
  damaged(line: StationLine<Frame, Damage>, damage: Damage): void;
}

/** One caller and the stations that were heard through it: mostly one, several behind a relay. */
export class StationLine<Frame, Damage> {
  readonly caller: Caller;
  readonly stations = new Set<string>();
  readonly #finder: FrameFinder<Frame, Damage>;
  readonly #tally: StationTally;
  readonly #events: StationLineEvents<Frame, Damage>;
  #isDamaged = false;

  constructor(
    caller: Caller,
    finder: FrameFinder<Frame, Damage>,
    tally: StationTally,
    events: StationLineEvents<Frame, Damage>,
  ) {
    this.caller = caller;
    this.#finder = finder;
    this.#tally = tally;
    this.#events = events;
  }

  received(bytes: Uint8Array): void {
    const { frames, damages, stray } = this.#finder.push(bytes);
    this.#tally.messages += frames.length;
    this.#tally.damaged += damages.length;
    this.#tally.strayBytes += stray;
    const [damage] = damages;
    if (frames.length > 0) this.#isDamaged = false;
    if (damage !== undefined && !this.#isDamaged) {
      this.#isDamaged = true;
      this.#events.damaged(this, damage);
    }
    for (const frame of frames) this.#events.message(this, frame);
  }
}
