import type { StampedFrame } from '../../gateway/contract/index.js';
import { type Rest, spansKept } from '../rules/rest.js';

/** A frame, and how many of its table had come with it. */
interface Passed {
  frame: StampedFrame;
  count: number;
}

/** The latest frames of one table, as far as rules that rest have to be given them: the last, and the last of each span. */
export class PassedFrames {
  /** Frames that have come. */
  count = 0;
  #last: StampedFrame | undefined;
  /** By length of the spans, oldest first. */
  readonly #spans = new Map<number, Passed[]>();

  /** Instant of the last frame; NaN before the first. */
  get instant(): number {
    return this.#last?.instant ?? Number.NaN;
  }

  /** From the next frame on, the last frame of each span of so long is kept. */
  keep({ spanMs }: Rest): void {
    if (spanMs !== undefined && !this.#spans.has(spanMs)) this.#spans.set(spanMs, []);
  }

  add(frame: StampedFrame): void {
    this.#last = frame;
    this.count += 1;
    if (this.#spans.size > 0) for (const [spanMs, kept] of this.#spans) this.#addTo(kept, spanMs, frame);
  }

  /** What a rule is given that was asked when `count` frames had come, and rested since. */
  since(count: number, { spanMs }: Rest): readonly StampedFrame[] {
    if (count >= this.count || !this.#last) return [];
    if (spanMs === undefined) return [this.#last];
    return (this.#spans.get(spanMs) ?? []).filter((one) => one.count > count).map(({ frame }) => frame);
  }

  #addTo(kept: Passed[], spanMs: number, frame: StampedFrame): void {
    const { count } = this;
    const last = kept.at(-1);
    if (last && Math.floor(last.frame.instant / spanMs) === Math.floor(frame.instant / spanMs)) {
      last.frame = frame;
      last.count = count;
      return;
    }
    kept.push({ frame, count });
    if (kept.length > spansKept) kept.shift();
  }
}
