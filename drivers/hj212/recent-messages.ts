import type { Segment } from './segment.js';

/** Messages of one station that are known again. */
const knownMax = 64;

/**
 * What a station has sent lately: when an acknowledgement is lost, it sends the same again. The content counts, too: all
 * answers to one request for history have that request's number.
 */
export class RecentMessages {
  readonly #known = new Set<string>();

  /** True when exactly this has been taken; what has no number (stations of 2005) never counts as such. */
  isKnown({ qn, cn, packet, content }: Segment): boolean {
    if (qn === undefined) return false;
    const key = `${qn}/${cn}/${packet.number}/${content}`;
    if (this.#known.has(key)) return true;
    this.#known.add(key);
    if (this.#known.size > knownMax) this.#known.delete(this.#known.values().next().value as string);
    return false;
  }
}
