import { type Asked, askedKey } from './asked.js';

/** Different requests of one round; beyond it a new round begins. */
const requestsMax = 4096;

/** Counts the rounds of a master: a new one begins when it asks something it has asked in this one. */
export class Rounds {
  readonly #asked = new Set<string>();
  #round = 0;

  get round(): number {
    return this.#round;
  }

  note(asked: Asked): void {
    const key = askedKey(asked);
    if (this.#asked.has(key) || this.#asked.size >= requestsMax) {
      this.#asked.clear();
      this.#round += 1;
    }
    this.#asked.add(key);
  }
}
