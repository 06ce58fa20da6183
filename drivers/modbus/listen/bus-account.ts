import type { Heard } from './heard.js';

/** Turnarounds remembered a unit: the newest. */
const turnaroundsMax = 1000;

/** What became of the requests to one unit. */
export interface UnitAccount {
  requests: number;
  replies: number;
  exceptions: number;
  /** Requests to which nothing came. */
  unanswered: number;
  /** Requests to which bytes came that were no right reply. */
  damaged: number;
  /** Exceptions by code. */
  readonly codes: Map<number, number>;
  /** ms, the newest thousand. */
  readonly turnaroundsMs: number[];
}

/** What was heard on a bus, counted. Units are at most 248. */
export class BusAccount {
  readonly units = new Map<number, UnitAccount>();
  #frames = 0;
  #damagedBytes = 0;
  #strays = 0;
  #ambiguous = 0;

  /** Right frames of anybody. */
  get frames(): number {
    return this.#frames;
  }

  /** Bytes that are no right frame. */
  get damagedBytes(): number {
    return this.#damagedBytes;
  }

  get strays(): number {
    return this.#strays;
  }

  get ambiguous(): number {
    return this.#ambiguous;
  }

  get requests(): number {
    return this.#sum(({ requests }) => requests);
  }

  get replies(): number {
    return this.#sum(({ replies, exceptions }) => replies + exceptions);
  }

  note(one: Heard): void {
    if (one.kind === 'damaged') this.#damagedBytes += one.bytes.length;
    else if (one.kind !== 'unanswered') this.#frames += 1;
    if (one.kind === 'stray') this.#strays += 1;
    if (one.kind === 'ambiguous') this.#ambiguous += 1;
    if (one.kind === 'damaged' || one.kind === 'stray' || one.kind === 'ambiguous') return;
    const unit = this.#unit(one.asked.unit);
    if (one.kind === 'request') unit.requests += one.isCertain ? 1 : 0;
    else if (one.kind === 'unanswered') unit[one.damagedBytes > 0 ? 'damaged' : 'unanswered'] += 1;
    else {
      if (one.kind === 'reply') unit.replies += 1;
      else {
        unit.exceptions += 1;
        unit.codes.set(one.code, (unit.codes.get(one.code) ?? 0) + 1);
      }
      unit.turnaroundsMs.push(one.turnaroundMs);
      if (unit.turnaroundsMs.length > turnaroundsMax) unit.turnaroundsMs.shift();
    }
  }

  /** Counters by name, for metrics. */
  counters(): Readonly<Record<string, number>> {
    return {
      requests: this.requests,
      answers: this.#sum(({ replies }) => replies),
      exceptions: this.#sum(({ exceptions }) => exceptions),
      unanswered: this.#sum(({ unanswered }) => unanswered),
      damaged: this.#sum(({ damaged }) => damaged),
      strays: this.#strays,
      ambiguous: this.#ambiguous,
      garbageBytes: this.#damagedBytes,
    };
  }

  #sum(of: (unit: UnitAccount) => number): number {
    let sum = 0;
    for (const unit of this.units.values()) sum += of(unit);
    return sum;
  }

  #unit(unit: number): UnitAccount {
    let account = this.units.get(unit);
    if (!account) {
      account = {
        requests: 0,
        replies: 0,
        exceptions: 0,
        unanswered: 0,
        damaged: 0,
        codes: new Map(),
        turnaroundsMs: [],
      };
      this.units.set(unit, account);
    }
    return account;
  }
}
