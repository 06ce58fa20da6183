import type { DataValue } from 'node-opcua-client';
import type { Reading, TagTable } from '../../../gateway/contract/index.js';
import { type Item, sourceTimeOf } from '../items.js';
import { ReadingGatherer } from './reading-gatherer.js';
import type { SeenTimes } from '../history/seen-times.js';
import { StandingValues } from './standing-values.js';
import { hasOverflowed, qualityOf } from './status-quality.js';
import type { WireAccount } from '../wire-account.js';

/** Takes what comes now, from notifications and polls, and tells it as readings. */
export class LiveValues {
  readonly #gatherer: ReadingGatherer;
  readonly #account: WireAccount;
  readonly #seen: SeenTimes | undefined;
  readonly #standing = new StandingValues();
  readonly #tell: (reading: Reading) => void;

  /** `seen` is given where history will have to fill gaps. */
  constructor(
    sheets: readonly TagTable[],
    tell: (reading: Reading) => void,
    account: WireAccount,
    seen: SeenTimes | undefined,
  ) {
    this.#account = account;
    this.#seen = seen;
    this.#tell = (reading) => {
      account.readings += 1;
      tell(reading);
    };
    this.#gatherer = new ReadingGatherer(sheets, (reading) => this.put(reading));
  }

  /** Tells a reading of this session: what it says stands until something else is said. */
  put(reading: Reading): void {
    this.#standing.note(reading);
    this.#tell(reading);
  }

  /** `sentAt` and `standingMs` as of `ReadingGatherer.put`. */
  take({ targets }: Item, value: DataValue, sentAt: number | undefined, standingMs: number): void {
    this.#account.values += 1;
    if (hasOverflowed(value.statusCode.value)) this.#account.overflows += 1;
    const seenAt = this.#seen && sourceTimeOf(value);
    for (const target of targets) {
      this.#gatherer.put(target, value, sentAt, standingMs);
      if (seenAt !== undefined) this.#seen?.note(target.sheet, target.slot, seenAt);
    }
  }

  /** The server does not have it, or refuses it, and says why by a StatusCode. */
  refuse({ targets }: Item, status: number): void {
    for (const target of targets) this.#gatherer.bad(target, qualityOf(status));
  }

  /** Another session begins: the server says anew how everything stands. */
  begin(): void {
    this.#standing.clear();
  }

  /** Tells again what stands unchanged since the last time. */
  tellStanding(): void {
    for (const reading of this.#standing.take()) this.#tell(reading);
  }

  /** Tells all that was taken since the last time. */
  flush(): void {
    this.#gatherer.flush();
  }
}
