/** Answers of one station that wait for the disk. Of more the oldest is given up: by then its station has sent again. */
export const answersMax = 64;

interface Waiting {
  /** The line the message came over, and the answer goes. */
  readonly line: object;
  readonly kept: Promise<void>;
  readonly leave: () => void;
}

/**
 * The answers of one station that acknowledge what it told: each leaves when that is on disk, in the order of what they
 * answer, and never when it could not be stored. Holds 64 at most, however long a disk refuses.
 */
export class StationAnswers {
  readonly #unanswered: () => void;
  #waiting: Waiting[] = [];
  #isGiving = false;

  /** `unanswered` is told of each that never leaves: what it acknowledges could not be stored, or too many wait. */
  constructor(unanswered: () => void) {
    this.#unanswered = unanswered;
  }

  /**
   * `leave` is called once `kept` has resolved: an answer that holds the time is made then. Whoever asked hears when it
   * rejects, too: one that is given up or dropped is not listened to here, and a station that repeats itself leaves nothing.
   */
  give(line: object, kept: Promise<void>, leave: () => void): void {
    this.#waiting.push({ line, kept, leave });
    if (this.#waiting.length > answersMax) {
      this.#waiting.shift();
      this.#unanswered();
    }
    if (!this.#isGiving) void this.#giveAll();
  }

  /** This line is gone: its answers have nowhere to go. */
  drop(line: object): void {
    this.#waiting = this.#waiting.filter((one) => one.line !== line);
  }

  async #giveAll(): Promise<void> {
    this.#isGiving = true;
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      const isKept = await isResolved(first.kept);
      if (this.#waiting[0] !== first) continue;
      this.#waiting.shift();
      if (isKept) first.leave();
      else this.#unanswered();
    }
    this.#isGiving = false;
  }
}

const isResolved = (kept: Promise<void>): Promise<boolean> =>
  kept.then(
    () => true,
    () => false,
  );
