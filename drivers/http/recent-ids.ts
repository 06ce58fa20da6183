import { createHash } from 'node:crypto';
import type { Clock, Json, Learned } from '../../gateway/contract/index.js';
import { happeningsMax, type HttpDevice } from './device-body.js';

/**
 * Happenings of one sort known to have been told, for each list that holds them: twice what a body may hold, so that
 * none that stood in the last body is forgotten while the next is read. Of more the longest unheard are forgotten.
 */
const idsOfList = 2 * happeningsMax;
/** Characters of a digest: 48 bits. */
const digestLength = 8;
/** What was told is noted no more often; after a power cut the last may be told once more. */
const keepEveryMs = 30_000;

/** Which happenings of a device were told: a sender that got no answer sends them again, a list is asked for again. */
export class RecentIds {
  readonly #device: string;
  readonly #learned: Learned;
  readonly #clock: Clock;
  /** By sort, the longest unheard first. */
  readonly #sorts = new Map<string, { idsMax: number; readonly digests: Set<string> }>();
  #isKept = true;
  #keptMs: number;

  constructor({ name: device, settings }: HttpDevice, learned: Learned, clock: Clock) {
    this.#device = device;
    this.#learned = learned;
    this.#clock = clock;
    this.#keptMs = clock.monotonic();
    const known = learned.get(device);
    for (const { name } of settings.records) {
      const sort = this.#sorts.get(name);
      if (sort) sort.idsMax += idsOfList;
      else this.#sorts.set(name, { idsMax: idsOfList, digests: new Set(digestsIn(known, name)) });
    }
  }

  /** False when it was told before. Throws when no such sort is declared. */
  add(name: string, id: string): boolean {
    const { idsMax, digests } = this.#sorts.get(name) as { idsMax: number; digests: Set<string> };
    const digest = digestOf(id);
    const isKnown = digests.delete(digest);
    digests.add(digest);
    if (isKnown) return false;
    const [oldest] = digests;
    if (digests.size > idsMax && oldest !== undefined) digests.delete(oldest);
    this.#isKept = false;
    return true;
  }

  /** What was told under it could not be stored: told again, it is news. */
  forget(name: string, id: string): void {
    if (this.#sorts.get(name)?.digests.delete(digestOf(id))) this.#isKept = false;
  }

  /** Notes what is new, when it is time to or at the end. */
  keep(isEnd = false): void {
    const now = this.#clock.monotonic();
    if (this.#isKept || (!isEnd && now - this.#keptMs < keepEveryMs)) return;
    const facts = [...this.#sorts].map(([name, { digests }]) => [name, [...digests].join('')] as const);
    this.#learned.set(this.#device, Object.fromEntries(facts) as Readonly<Record<string, string>>);
    this.#isKept = true;
    this.#keptMs = now;
  }
}

const digestOf = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, digestLength);

function digestsIn(known: Json | undefined, name: string): string[] {
  const isFacts = typeof known === 'object' && known !== null && !Array.isArray(known) && Object.hasOwn(known, name);
  const own = isFacts ? (known as Readonly<Record<string, Json>>)[name] : undefined;
  const text = typeof own === 'string' ? own : '';
  return Array.from({ length: Math.floor(text.length / digestLength) }, (_, n) =>
    text.slice(n * digestLength, (n + 1) * digestLength),
  );
}
