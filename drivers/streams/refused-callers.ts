import type { Clock, Log } from '../../gateway/contract/index.js';

/** One line a port and minute at most: a DTU that is refused dials again at once. */
const toldEveryMs = 60_000;
/** Bytes shown of what it said. */
const shownMax = 48;

/** Who was turned away at a port: counted, and told to the log now and then. */
export class RefusedCallers {
  readonly #where: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #count = 0;
  #told = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #last: string | undefined;

  constructor(where: string, clock: Clock, log: Log) {
    this.#where = where;
    this.#clock = clock;
    this.#log = log;
  }

  /** In all. */
  get count(): number {
    return this.#count;
  }

  /** The last one, in words for a message. */
  get last(): string | undefined {
    return this.#last;
  }

  note(from: string, why: string, said: Uint8Array): void {
    const shown = shownBytes(said);
    this.#count += 1;
    this.#last = `${from}, which said ${shown}`;
    const now = this.#clock.monotonic();
    if (now - this.#toldAtMs < toldEveryMs) return;
    const untold = this.#count - this.#told - 1;
    this.#told = this.#count;
    this.#toldAtMs = now;
    const fields = { at: this.#where, from, why, said: shown, ...(untold > 0 && { untold }) };
    this.#log.warn(fields, 'refused a caller that no link waits for');
  }
}

/** As text where all of it can be printed, otherwise as `hex:…`: either can be copied into a site file. */
function shownBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing';
  const shown = bytes.subarray(0, shownMax);
  const more = bytes.length > shownMax ? ` … (${bytes.length} bytes)` : '';
  if (shown.every((byte) => byte >= 0x20 && byte < 0x7f)) return `\`${Buffer.from(shown).toString('latin1')}\`${more}`;
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
  return `\`hex:${hex}\`${more}`;
}
