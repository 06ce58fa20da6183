import { Quality, type StampedFrame } from '../../gateway/contract/index.js';

const over = Quality['uncertain-over-range'];
const under = Quality['uncertain-under-range'];

/** A reading with a number that is not only an end of the measuring range. Good ones, nearly all, are found out first. */
export const isPlain = (code: number): boolean =>
  (code > 0 && code < 64) || (code >= 64 && code < 128 && code !== over && code !== under);

/** Where rules are quiet, by place: which slot, and strictly between what. Places of one table stand together. */
export interface Zones {
  /** 1 where it counts. */
  readonly rests: Uint8Array;
  readonly slots: Int32Array;
  readonly above: Float64Array;
  readonly below: Float64Array;
}

/**
 * What the quiet zones of each slot of a table have in common. While every slot is within its band no rule that rests has
 * anything to say, however many there are: one comparison a slot is all that a frame costs. One column for all tables,
 * because what is spread over objects comes late from memory.
 */
export class Bands {
  readonly #zones: Zones;
  /** By table, and one more: where its places begin. */
  readonly #firsts: Int32Array;
  /** 1 for the places that bands were made of. */
  readonly #holds: Uint8Array;
  /** Three for each place there is: slot, above, below. */
  readonly #bands: Float64Array;
  /** By table: where its bands end. */
  readonly #ends: Int32Array;
  /** By table: 1 while a rule rests that they were not made of, so they are wider than they may be. */
  readonly #areWide: Uint8Array;
  /** By table: rules they were made of that rest no more, so they are narrower than they have to be. */
  readonly #left: Int32Array;
  #bandOfSlot = new Int32Array(0);

  constructor(zones: Zones, firsts: Int32Array) {
    const places = zones.rests.length;
    this.#zones = zones;
    this.#firsts = firsts;
    this.#holds = new Uint8Array(places);
    this.#bands = new Float64Array(places * 3);
    this.#ends = firsts.slice(0, -1).map((first) => first * 3);
    this.#areWide = new Uint8Array(firsts.length);
    this.#left = new Int32Array(firsts.length);
  }

  /** A place rests in a zone that is new. */
  moved(table: number, place: number): void {
    this.#holds[place] = 0;
    this.#areWide[table] = 1;
  }

  /** A place rests again, where it did. */
  resumed(table: number, place: number): void {
    if (this.#holds[place] === 0) this.#areWide[table] = 1;
    else this.#left[table] = (this.#left[table] as number) - 1;
  }

  /** A place rests no more. */
  ceased(table: number, place: number): void {
    if (this.#holds[place] === 1) this.#left[table] = (this.#left[table] as number) + 1;
  }

  /** Whether all slots are within the bands of those that rest. */
  hold(table: number, frame: StampedFrame): boolean {
    if (this.#areWide[table] === 1) this.#make(table);
    if (this.#areAround(table, frame)) return true;
    if (this.#left[table] === 0) return false;
    this.#make(table);
    return this.#areAround(table, frame);
  }

  /** Runs for every value of the site. */
  #areAround(table: number, { values, quality }: StampedFrame): boolean {
    const bands = this.#bands;
    const end = this.#ends[table] as number;
    for (let band = (this.#firsts[table] as number) * 3; band < end; band += 3) {
      const slot = bands[band] as number;
      const value = values[slot] as number;
      if (!(value > (bands[band + 1] as number) && value < (bands[band + 2] as number))) return false;
      if (!isPlain(quality[slot] as number)) return false;
    }
    return true;
  }

  #make(table: number): void {
    const { rests, slots } = this.#zones;
    const first = this.#firsts[table] as number;
    const end = this.#firsts[table + 1] as number;
    let highest = -1;
    for (let place = first; place < end; place += 1) highest = Math.max(highest, slots[place] as number);
    if (this.#bandOfSlot.length <= highest) this.#bandOfSlot = new Int32Array(highest + 1);
    this.#bandOfSlot.fill(-1);
    this.#areWide[table] = 0;
    this.#left[table] = 0;
    this.#ends[table] = first * 3;
    for (let place = first; place < end; place += 1) {
      this.#holds[place] = rests[place] as number;
      if (rests[place] === 1) this.#add(table, place);
    }
  }

  #add(table: number, place: number): void {
    const { slots, above, below } = this.#zones;
    const bands = this.#bands;
    const slot = slots[place] as number;
    const band = this.#bandOfSlot[slot] as number;
    if (band >= 0) {
      bands[band + 1] = Math.max(bands[band + 1] as number, above[place] as number);
      bands[band + 2] = Math.min(bands[band + 2] as number, below[place] as number);
      return;
    }
    const end = this.#ends[table] as number;
    this.#bandOfSlot[slot] = end;
    bands[end] = slot;
    bands[end + 1] = above[place] as number;
    bands[end + 2] = below[place] as number;
    this.#ends[table] = end + 3;
  }
}
