import { type Asked, askedDataBytes, askedKey } from './asked.js';

/** Unanswered requests remembered; beyond it the oldest is forgotten. */
const owedMax = 64;

interface Owed {
  readonly asked: Asked;
  /** No answer ends later than this, monotonic ms. */
  readonly untilMs: number;
  /** Nothing is doubted after this because of it. */
  readonly doubtEndsMs: number;
}

const shapeOf = (asked: Asked): string => {
  const { unit, functionCode, reads } = asked;
  return `${unit}/${functionCode}/${reads ? askedDataBytes(asked, reads) : 0}`;
};

/**
 * Replies that may still come to requests that went unanswered. They carry no identity: one that comes late looks like
 * the reply to the next request of the same shape, and that one's own reply like the reply to the one after it. What
 * follows is doubted for twice the lateness bound, or until the unit answers something of another shape.
 */
export class OwedReplies {
  readonly #latenessMs: number;
  #owed: Owed[] = [];

  constructor(latenessMs: number) {
    this.#latenessMs = latenessMs;
  }

  /** A request that ended at `askedMs` was not answered. */
  add(asked: Asked, askedMs: number): void {
    this.#push({ asked, untilMs: askedMs + this.#latenessMs, doubtEndsMs: askedMs + 2 * this.#latenessMs });
  }

  /** A reply came at `atMs` to a request that ended at `askedMs`. True when it may belong to another one. */
  answered(asked: Asked, askedMs: number, atMs: number): boolean {
    this.#owed = this.#owed.filter(({ untilMs }) => untilMs >= atMs);
    const [shape, key] = [shapeOf(asked), askedKey(asked)];
    // A unit answers in the order it was asked: its answer of another shape ends what it owed before.
    this.#owed = this.#owed.filter((one) => one.asked.unit !== asked.unit || shapeOf(one.asked) === shape);
    const other = this.#owed.find((one) => shapeOf(one.asked) === shape && askedKey(one.asked) !== key);
    if (!other) return false;
    const { doubtEndsMs } = other;
    this.#push({ asked, untilMs: Math.min(askedMs + this.#latenessMs, doubtEndsMs), doubtEndsMs });
    return true;
  }

  #push(owed: Owed): void {
    this.#owed.push(owed);
    if (this.#owed.length > owedMax) this.#owed.shift();
  }
}
