import type { StampedFrame } from '../../gateway/contract/index.js';
import type { IsolatedRule } from '../rules/isolated-rule.js';
import type { Rest } from '../rules/rest.js';
import { Bands, isPlain, type Zones } from './bands.js';
import { PassedFrames } from './passed-frames.js';

const never = Number.POSITIVE_INFINITY;

/** A rule that may be passed over, and the places, one for each of its tables, by which it is asked. */
export interface QuietRule {
  readonly rule: IsolatedRule;
  readonly tables: readonly number[];
}

/**
 * Which rules have nothing to say, in columns. Of ten thousand rules nearly all rest nearly always, and finding that out
 * by asking each costs its objects' way through the processor's caches. A rule is asked again with the first reading
 * outside of its quiet zone, when its rest is over, and until it is quiet again.
 *
 * A rule has a place in each of its tables; places of one table stand together, in the order of the rules. Tables are
 * called by their rank, in which they are given.
 */
export class QuietRules {
  /** By place. */
  readonly ruleAt: Int32Array;
  /** By table, and one more: where its places begin. */
  readonly firsts: Int32Array;
  readonly #rules: readonly QuietRule[];
  /** By rule, the place it alone belongs to; −1 where it has several or is never quiet, so it is always asked. */
  readonly #placeOf: Int32Array;
  readonly #tableOf: Int32Array;
  /** By rule: 1 while it rests. */
  readonly #rests: Uint8Array;
  readonly #zones: Zones;
  readonly #bands: Bands;
  /** By place: until when it rests, how long a silence, since which frame, and what it wants to be given. */
  readonly #until: Float64Array;
  readonly #patience: Float64Array;
  readonly #since: Float64Array;
  readonly #owed: (Rest | undefined)[];
  /** By table: no rest ends before this instant, and none for a silence up to so long. */
  readonly #firstUntil: Float64Array;
  readonly #leastPatience: Float64Array;
  /** By table, where a rule has to be given what it was passed over with. */
  readonly #passed: (PassedFrames | undefined)[];
  /** All slots of the frame under way are within their bands. */
  #isWithin = false;

  /** `places`: the rules of each table, ascending. */
  constructor(rules: readonly QuietRule[], places: readonly (readonly number[])[]) {
    this.#rules = rules;
    this.ruleAt = Int32Array.from(places.flat());
    this.firsts = new Int32Array(places.length + 1);
    for (const [table, { length }] of places.entries())
      this.firsts[table + 1] = (this.firsts[table] as number) + length;
    const count = this.ruleAt.length;
    this.#zones = {
      rests: new Uint8Array(count),
      slots: new Int32Array(count),
      above: new Float64Array(count),
      below: new Float64Array(count),
    };
    this.#bands = new Bands(this.#zones, this.firsts);
    this.#until = new Float64Array(count);
    this.#patience = new Float64Array(count);
    this.#since = new Float64Array(count);
    this.#owed = Array.from({ length: count }, () => undefined);
    this.#firstUntil = new Float64Array(places.length).fill(never);
    this.#leastPatience = new Float64Array(places.length).fill(never);
    this.#passed = places.map(() => undefined);
    this.#rests = new Uint8Array(rules.length);
    this.#placeOf = new Int32Array(rules.length).fill(-1);
    this.#tableOf = new Int32Array(rules.length);
    for (const [table, indexes] of places.entries()) {
      for (const [at, index] of indexes.entries()) this.#settle(table, (this.firsts[table] as number) + at, index);
    }
  }

  #settle(table: number, place: number, index: number): void {
    const { rule, tables } = this.#rules[index] as QuietRule;
    if (tables.length > 1 || !rule.mayRest) return;
    this.#placeOf[index] = place;
    this.#tableOf[index] = table;
    rule.onUnrest(() => this.#rouse(table, place));
    rule.onLook(() => this.catchUp(table, place));
  }

  /** A frame begins. Where its table is not judged whole, what remembers is asked, or not, one by one. */
  begin(table: number, frame: StampedFrame, isWhole: boolean): void {
    if (!isWhole) this.rouseRemembering(table, this.firsts[table] as number);
    else if (frame.instant >= (this.#firstUntil[table] as number)) this.#rouseDue(table, frame.instant);
    this.#isWithin = this.#bands.hold(table, frame);
  }

  /** The place, from `from` on, of the next rule to be asked with this frame; where the table ends when there is none. */
  nextAsked(table: number, from: number, { values, quality }: StampedFrame): number {
    const { rests, slots, above, below } = this.#zones;
    const end = this.firsts[table + 1] as number;
    if (this.#isWithin) {
      for (let place = from; place < end; place += 1) if (rests[place] === 0) return place;
      return end;
    }
    for (let place = from; place < end; place += 1) {
      if (rests[place] === 0) return place;
      const slot = slots[place] as number;
      const value = values[slot] as number;
      if (!(value > (above[place] as number) && value < (below[place] as number))) return place;
      if (!isPlain(quality[slot] as number)) return place;
    }
    return end;
  }

  /** Called before a rule is asked: it is given what it was passed over with. */
  catchUp(table: number, place: number): void {
    const rest = this.#owed[place];
    const passed = this.#passed[table];
    if (!rest || !passed) return;
    const frames = passed.since(this.#since[place] as number, rest);
    this.#since[place] = passed.count;
    if (!this.#ruleAt(place).catchUp(rest, frames)) this.#rouse(table, place);
  }

  /** Called after a rule was asked with the frame under way. */
  asked(table: number, place: number): void {
    const index = this.ruleAt[place] as number;
    if ((this.#placeOf[index] as number) < 0) return;
    this.#rest(table, place);
    this.#since[place] = (this.#passed[table]?.count ?? 0) + 1;
  }

  /** The frame is judged. */
  end(table: number, frame: StampedFrame): void {
    this.#passed[table]?.add(frame);
  }

  /** Rules of a table from this place on that remember something rest no more. */
  rouseRemembering(table: number, from: number): void {
    if (!this.#passed[table]) return;
    const end = this.firsts[table + 1] as number;
    for (let place = from; place < end; place += 1) if (this.#owed[place]) this.#rouse(table, place);
  }

  /** A second begins: rules to which the silence is too long rest no more. */
  pass(instant: number): void {
    for (let table = 0; table < this.#leastPatience.length; table += 1) {
      const least = this.#leastPatience[table] as number;
      if (least === never) continue;
      const silentMs = instant - (this.#passed[table]?.instant ?? never);
      if (!(silentMs > least)) continue;
      this.#leastPatience[table] = this.#rouseWhere(table, this.#patience, (patienceMs) => silentMs > patienceMs);
    }
  }

  /** The next rule, from `from` on, to which a second may say something; −1 when there is none. */
  nextAskedBySecond(from: number): number {
    return this.#rests.indexOf(0, from);
  }

  /** Called after a rule was asked with a second. What remembers rests from a frame on only. */
  askedBySecond(index: number): void {
    const place = this.#placeOf[index] as number;
    if (place < 0) return;
    const table = this.#tableOf[index] as number;
    this.#rest(table, place);
    if (this.#owed[place]) this.#rouse(table, place);
  }

  #ruleAt(place: number): IsolatedRule {
    return (this.#rules[this.ruleAt[place] as number] as QuietRule).rule;
  }

  #rouseDue(table: number, instant: number): void {
    this.#firstUntil[table] = this.#rouseWhere(table, this.#until, (until) => instant >= until);
  }

  /** Rouses what is due; returns the least of what is left. */
  #rouseWhere(table: number, column: Float64Array, isDue: (entry: number) => boolean): number {
    const { rests } = this.#zones;
    const end = this.firsts[table + 1] as number;
    let least = never;
    for (let place = this.firsts[table] as number; place < end; place += 1) {
      if (rests[place] === 0) continue;
      const entry = column[place] as number;
      if (isDue(entry)) this.#rouse(table, place);
      else least = Math.min(least, entry);
    }
    return least;
  }

  #rouse(table: number, place: number): void {
    const { rests } = this.#zones;
    if (rests[place] === 0) return;
    rests[place] = 0;
    this.#rests[this.ruleAt[place] as number] = 0;
    this.#bands.ceased(table, place);
    this.catchUp(table, place);
    this.#owed[place] = undefined;
  }

  #rest(table: number, place: number): void {
    const rest = this.#ruleAt(place).quietZone();
    if (!rest) {
      // What it had to be given it was given before it was asked.
      this.#owed[place] = undefined;
      this.#rouse(table, place);
      return;
    }
    const { slot, above, below, until = never, patienceMs = never, remember } = rest;
    const zones = this.#zones;
    const isMoved = zones.slots[place] !== slot || zones.above[place] !== above || zones.below[place] !== below;
    zones.slots[place] = slot;
    zones.above[place] = above;
    zones.below[place] = below;
    if (isMoved) this.#bands.moved(table, place);
    else if (zones.rests[place] === 0) this.#bands.resumed(table, place);
    zones.rests[place] = 1;
    this.#rests[this.ruleAt[place] as number] = 1;
    this.#until[place] = until;
    this.#patience[place] = patienceMs;
    this.#firstUntil[table] = Math.min(this.#firstUntil[table] as number, until);
    this.#leastPatience[table] = Math.min(this.#leastPatience[table] as number, patienceMs);
    this.#owed[place] = remember && rest;
    if (remember) (this.#passed[table] ??= new PassedFrames()).keep(rest);
  }
}
