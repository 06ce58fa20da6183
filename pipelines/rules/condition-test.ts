import { z } from 'zod';
import {
  type Condition,
  hasValue,
  isBad,
  type Json,
  Quality,
  type StampedFrame,
} from '../../gateway/contract/index.js';
import type { FoundTag } from './each-table.js';
import { isOneOf } from './states.js';
import type { Test } from './when.js';

type Says = (value: number, quality: number) => Condition;

/** What a reading says of a test. Over range is above every limit and under range below; half a step is no difference. */
function compileSays(test: Test, resolution: number | undefined): Says {
  if (test.isBad) return (_value, quality) => isBad(quality);
  const { above, below, atLeast, atMost, is, isNot } = test;
  const half = (resolution ?? 0) / 2;
  const over = Quality['uncertain-over-range'];
  const under = Quality['uncertain-under-range'];
  const decide = (value: number, quality: number): boolean => {
    if (above !== undefined) return quality === over || value - above > half;
    if (atLeast !== undefined) return quality === over || value - atLeast >= -half;
    if (below !== undefined) return quality === under || below - value > half;
    if (atMost !== undefined) return quality === under || atMost - value >= -half;
    return is ? isOneOf(is, value, resolution) : !isOneOf(isNot ?? [], value, resolution);
  };
  return (value, quality) => (hasValue(quality) && !Number.isNaN(value) ? decide(value, quality) : 'unknown');
}

const memory = z.object({
  said: z.union([z.boolean(), z.literal('unknown')]),
  readAt: z.number().nullable(),
  since: z.number().nullable(),
  trueAt: z.number().nullable(),
  heldAt: z.number().nullable(),
});

/** What a test remembers: instants, null for never. */
interface Memory {
  /** What its last reading said, and when that came. */
  readonly said: Condition;
  readonly readAt: number | null;
  /** The first of the readings that now say true, and the last that did. */
  readonly since: number | null;
  readonly trueAt: number | null;
  /** When the test was last true as a whole, `for` included. */
  readonly heldAt: number | null;
}

const fresh: Memory = { said: 'unknown', readAt: null, since: null, trueAt: null, heldAt: null };

/** One test of a condition: the latest reading of its tag, and for how long it has said so. */
export class ConditionTest {
  readonly found: FoundTag;
  readonly #test: Test;
  readonly #says: Says;
  #memory = fresh;

  constructor(test: Test, found: FoundTag) {
    this.found = found;
    this.#test = test;
    this.#says = compileSays(test, found.tag.resolution);
  }

  /** Takes a frame of its table; a slot that was not read this time leaves the last reading standing. */
  read({ instant, values, quality }: StampedFrame): void {
    const { slot } = this.found;
    const code = quality[slot] as number;
    if (code === Quality.absent) return;
    const said = this.#says(values[slot] as number, code);
    const { since, trueAt } = this.#memory;
    // No reading does not break a `for`, unless it lasts longer than a reading may be old.
    const goesOn = since !== null && trueAt !== null && instant - trueAt <= this.#test.maxAge;
    const begun = said === 'unknown' ? since : said ? (goesOn ? since : instant) : null;
    this.#memory = { ...this.#memory, said, readAt: instant, since: begun, trueAt: said === true ? instant : trueAt };
  }

  /** Whether it is true at an instant, which must not decrease. */
  look(instant: number): Condition {
    const held = this.#held(instant);
    if (held === true) this.#memory = { ...this.#memory, heldAt: instant };
    const { within } = this.#test;
    const { heldAt } = this.#memory;
    return within !== undefined && heldAt !== null && instant - heldAt <= within ? true : held;
  }

  #held(instant: number): Condition {
    const { said, readAt, since } = this.#memory;
    if (readAt === null || instant - readAt > this.#test.maxAge) return 'unknown';
    const { for: forMs } = this.#test;
    if (forMs === undefined || said !== true) return said;
    const heldMs = instant - (since ?? instant);
    // A time that ends exactly now is left to a frame of this very instant, which may say otherwise.
    return heldMs > forMs || (heldMs === forMs && readAt === instant);
  }

  snapshot(): Json {
    return { ...this.#memory };
  }

  restore(state: unknown): void {
    this.#memory = memory.safeParse(state).data ?? fresh;
  }
}
