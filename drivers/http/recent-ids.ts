import { createHash } from 'node:crypto';
import type { Clock, Json, Learned } from '../../gateway/contract/index.js';

/** Happenings of one device known to have been told, across restarts; of more the oldest are forgotten. */
const idsMax = 1000;
/** Characters of a digest: 48 bits. */
const digestLength = 8;
/** What was told is noted no more often; after a power cut the last may be told once more. */
const keepEveryMs = 30_000;

/** Which happenings of a device were told: a sender that got no answer sends them again, a list is asked for again. */
export class RecentIds {
  readonly #device: string;
  readonly #learned: Learned;
  readonly #clock: Clock;
  readonly #digests: Set<string>;
  #isKept = true;
  #keptMs: number;

  constructor(device: string, learned: Learned, clock: Clock) {
    this.#device = device;
    this.#learned = learned;
    this.#clock = clock;
    this.#digests = new Set(digestsIn(learned.get(device)));
    this.#keptMs = clock.monotonic();
  }

  /** False when it was told before. */
  add(name: string, id: string): boolean {
    const digest = createHash('sha256').update(`${name}\0${id}`).digest('base64url').slice(0, digestLength);
    if (this.#digests.has(digest)) return false;
    this.#digests.add(digest);
    const [oldest] = this.#digests;
    if (this.#digests.size > idsMax && oldest !== undefined) this.#digests.delete(oldest);
    this.#isKept = false;
    return true;
  }

  /** Notes what is new, when it is time to or at the end. */
  keep(isEnd = false): void {
    const now = this.#clock.monotonic();
    if (this.#isKept || (!isEnd && now - this.#keptMs < keepEveryMs)) return;
    this.#learned.set(this.#device, [...this.#digests].join(''));
    this.#isKept = true;
    this.#keptMs = now;
  }
}

function digestsIn(json: Json | undefined): string[] {
  const text = typeof json === 'string' ? json : '';
  return Array.from({ length: Math.floor(text.length / digestLength) }, (_, n) =>
    text.slice(n * digestLength, (n + 1) * digestLength),
  );
}
