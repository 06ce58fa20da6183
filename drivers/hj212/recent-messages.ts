import { ToldLately } from '../streams/index.js';
import type { Segment } from './segment.js';

/** Messages of one station that are known again. */
const knownMax = 64;

/**
 * What a station has sent lately: when an acknowledgement is lost, it sends the same again. The content counts, too: all
 * answers to one request for history have that request's number.
 */
export class RecentMessages {
  readonly #known = new ToldLately(knownMax);

  /** True when exactly this has been taken; what has no number (stations of 2005) never counts as such. */
  isKnown(segment: Segment): boolean {
    const key = keyOf(segment);
    if (key === undefined) return false;
    if (this.#known.keptOf(key)) return true;
    this.#known.remember(key, Promise.resolve());
    return false;
  }

  /** What was taken is safe when this has resolved; it is unknown again when it rejects. */
  keep(segment: Segment, kept: Promise<void>): void {
    const key = keyOf(segment);
    if (key !== undefined) this.#known.remember(key, kept);
  }

  /** Resolves when what is known is safe. */
  keptOf(segment: Segment): Promise<void> {
    return this.#known.keptOf(keyOf(segment) ?? '') ?? Promise.resolve();
  }
}

const keyOf = ({ qn, cn, packet, content }: Segment): string | undefined =>
  qn === undefined ? undefined : `${qn}/${cn}/${packet.number}/${content}`;
