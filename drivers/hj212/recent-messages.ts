import { ToldLately } from '../streams/index.js';
import type { Segment } from './segment.js';

/**
 * What a station has sent lately: when an acknowledgement is lost, it sends the same again. The content counts, too: all
 * answers to one request for history have that request's number. What has no number (stations of 2005) is never known.
 */
export class RecentMessages {
  readonly #known = new ToldLately();

  /** Resolves when what is known is safe; undefined when exactly this has not been taken. */
  keptOf(segment: Segment): Promise<void> | undefined {
    const key = keyOf(segment);
    return key === undefined ? undefined : this.#known.keptOf(key);
  }

  /** What was taken is safe when this has resolved; it is unknown again when it rejects. */
  keep(segment: Segment, kept: Promise<void>): void {
    const key = keyOf(segment);
    if (key !== undefined) this.#known.remember(key, kept);
  }
}

const keyOf = ({ qn, cn, packet, content }: Segment): string | undefined =>
  qn === undefined ? undefined : `${qn}/${cn}/${packet.number}/${content}`;
