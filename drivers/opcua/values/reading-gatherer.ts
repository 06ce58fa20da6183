import type { DataValue } from 'node-opcua-client';
import { FrameBuilder, type Reading, type TagTable } from '../../../gateway/contract/index.js';
import { putValue, type Target, timeOf } from '../items.js';

/**
 * A value that has stood unchanged for longer than this when it is told is the value of now: its source time says when it
 * last changed, and would be taken for a clock that is wrong.
 */
const freshMs = 30_000;

/**
 * Makes readings of what one notification or poll brings: one a table, and one more each time a slot comes again, so
 * that the values of a queue stay in order. Nothing is kept from one to the next.
 */
export class ReadingGatherer {
  readonly #sheets: readonly TagTable[];
  readonly #tell: (reading: Reading) => void;
  readonly #open: (FrameBuilder | undefined)[];
  #touched: number[] = [];

  constructor(sheets: readonly TagTable[], tell: (reading: Reading) => void) {
    this.#sheets = sheets;
    this.#tell = tell;
    this.#open = Array.from(sheets, () => undefined);
  }

  /** `sentAt` is the server's own time of sending, ms; `standingMs` how long a value may have waited to be sent. */
  put(target: Target, value: DataValue, sentAt: number | undefined, standingMs: number): void {
    const builder = this.#builderFor(target);
    putValue(builder, target, value);
    const time = timeOf(value.sourceTimestamp);
    if (time !== undefined && sentAt !== undefined && sentAt - time <= freshMs + standingMs) {
      builder.deviceTime(target.slot, time);
      if (standingMs > 0) builder.behind(standingMs);
    }
  }

  bad(target: Target, quality: number): void {
    this.#builderFor(target).bad(target.slot, quality);
  }

  /** Tells all that was put. */
  flush(): void {
    for (const sheet of this.#touched) this.#close(sheet);
    this.#touched = [];
  }

  #builderFor({ sheet, slot }: Target): FrameBuilder {
    const open = this.#open[sheet];
    if (open && open.quality[slot] === 0) return open;
    if (open) this.#close(sheet);
    else this.#touched.push(sheet);
    const builder = new FrameBuilder(this.#sheets[sheet] as TagTable);
    this.#open[sheet] = builder;
    return builder;
  }

  #close(sheet: number): void {
    const builder = this.#open[sheet];
    this.#open[sheet] = undefined;
    if (builder) this.#tell(builder.build());
  }
}
