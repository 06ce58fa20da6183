import { type AlarmBase, type AlarmDisplay, Quality } from '../../../../gateway/contract/index.js';
import type { AlarmAct } from '../../../../gateway/runtime/alarms/act.js';
import { AlarmBook } from '../../../../gateway/runtime/alarms/alarm-book.js';
import {
  displayOf as displayInBook,
  isAnnunciated as isAnnunciatedInBook,
} from '../../../../gateway/runtime/alarms/alarm-state.js';
import {
  AlarmModel,
  type At,
  type Cover,
  displayOf,
  flagsOf,
  isAnnunciated,
  type ModelEntry,
  names,
  type Policy,
} from './alarm-model.js';
import { doubledIn, foldOf, type Noted, truncated } from './kept-entries.js';
import { definitionsOf } from './site-of-alarms.js';
import type { Base, Display } from './transition-table.js';

const bases: Readonly<Record<AlarmBase, Base>> = {
  normal: 'A',
  unacknowledged: 'B',
  acknowledged: 'C',
  'returned-unacknowledged': 'D',
  'latched-unacknowledged': 'E',
  'latched-acknowledged': 'F',
};
const displays: Readonly<Record<AlarmDisplay, Display>> = {
  ...bases,
  shelved: 'G',
  suppressed: 'H',
  'out-of-service': 'I',
};

/** Of an entry: whose, what, from and to what, whether it is announced, and when by both clocks. */
const comparable = (entry: Noted): readonly Plain[] => {
  const when = [entry.instant, Number.isNaN(entry.time) ? null : entry.time];
  return entry.kind === 'flood'
    ? ['(flood)', entry.state, entry.count, ...when]
    : [entry.key, entry.change, displays[entry.from], displays[entry.to], entry.isAnnunciated, ...when];
};

const comparableInModel = (entry: ModelEntry): readonly Plain[] =>
  'state' in entry
    ? [entry.key, entry.change, entry.from, entry.to, entry.isAnnunciated, entry.instant, entry.time]
    : [entry.key, entry.change, entry.count, entry.instant, entry.time];

/** The book and the model differ, or the book broke a promise that needs no model. */
export class Divergence extends Error {}

type Plain = string | number | boolean | null;

function same(what: string, book: readonly Plain[], model: readonly Plain[]): void {
  if (book.length === model.length && book.every((one, index) => one === model[index])) return;
  throw new Divergence(`${what}: the book ${JSON.stringify(book)}, the model ${JSON.stringify(model)}`);
}

/** An alarm book and the model of it, told the same, and compared after each step. */
export class BookAndModel {
  readonly #cover: Cover;
  #policies: ReadonlyMap<string, Policy>;
  #book: AlarmBook;
  #model: AlarmModel;
  /** All that the journal holds, and the model's own, entry by entry the same. */
  #kept: Noted[] = [];
  #history: ModelEntry[] = [];
  #noted: Noted[] = [];
  /** Conditions as they really are, as last known. */
  readonly #truth = new Map<string, boolean>();
  /** Instants at which they last became so. */
  readonly #changed = new Map<string, number>();
  #instant = 1_000_000;
  /** ms from `instant` to UTC. */
  #label = 0;
  #isLabelKnown = true;
  #comparisons = 0;

  constructor(policies: ReadonlyMap<string, Policy>, cover: Cover) {
    this.#policies = policies;
    this.#cover = cover;
    [this.#book, this.#model] = this.#made();
  }

  get comparisons(): number {
    return this.#comparisons;
  }

  get policies(): ReadonlyMap<string, Policy> {
    return this.#policies;
  }

  /** Time passes; each whole second is a tick, of which a jump makes one. */
  pass(ms: number): void {
    const second = Math.floor((this.#instant + ms) / 1000) * 1000;
    const isTick = second > this.#instant;
    this.#instant += ms;
    if (isTick) this.#tick(this.#at(second));
  }

  /** UTC is found to be elsewhere, or not known any more. */
  label(movedMs: number, isKnown: boolean): void {
    this.#label += movedMs;
    this.#isLabelKnown = isKnown;
  }

  judge(key: string, condition: boolean | 'unknown', delayMs: number, spreadMs: number): void {
    this.#judge(key, condition, delayMs, spreadMs);
    this.#keepsPromises();
  }

  #judge(key: string, condition: boolean | 'unknown', delayMs: number, spreadMs: number): void {
    const at = this.#at();
    // It cannot have begun before the condition was last known to be otherwise.
    const before = this.#changed.get(key) ?? Number.NEGATIVE_INFINITY;
    const since = Math.max(at.instant - delayMs, before);
    const spread = Math.min(spreadMs, since - before);
    if (condition !== 'unknown' && this.#truth.get(key) !== condition) {
      this.#truth.set(key, condition);
      this.#changed.set(key, at.instant);
    }
    const judgement = { key, condition, value: 11, quality: Quality.good, limit: 10, instant: at.instant, since };
    this.#book.judge(judgement, { sequence: 1 }, at, spread);
    this.#model.judge(key, condition, at, since, spread);
    this.#compare(`judged ${key} ${condition}`);
  }

  act(key: string, act: AlarmAct, who: string): void {
    const at = this.#at();
    this.#tick(at);
    const refusal = this.#book.act(key, act, who, at, 1);
    const isDone = this.#model.act(key, act, at);
    same(`${act.act} ${key} done (${refusal?.reason ?? 'no refusal'})`, [refusal === undefined], [isDone]);
    this.#compare(`${act.act} ${key}`);
  }

  /** Stops and starts, with the same site file or another. */
  restart(policies: ReadonlyMap<string, Policy> = this.#policies): void {
    const at = this.#at();
    this.#book.tellKept(at);
    this.#model.stop(at);
    this.#compare('stopped');
    this.#policies = policies;
    this.#start(at);
  }

  /** The power fails: of the bytes of the journal only a share is left. */
  kill(kept: number): void {
    this.#kept = truncated(this.#kept, kept);
    this.#history = this.#history.slice(0, this.#kept.length);
    this.#start(this.#at());
  }

  #start(at: At): void {
    [this.#book, this.#model] = this.#made();
    this.#book.applyConfiguration('changed', new Map(), at);
    this.#model.start(at);
    this.#compare('started');
    this.#tellAgain();
    this.#keepsPromises();
  }

  #made(): [AlarmBook, AlarmModel] {
    const definitions = definitionsOf(this.#policies);
    const note = (entry: Noted): void => void this.#noted.push(entry);
    return [
      new AlarmBook({ definitions, note, ...foldOf(this.#kept, this.#instant) }),
      new AlarmModel(this.#policies, this.#history, this.#cover),
    ];
  }

  #at(instant = this.#instant): At {
    return { instant, time: this.#isLabelKnown ? instant + this.#label : null };
  }

  #tick(at: At): void {
    this.#book.tick(at);
    this.#model.tick(at);
    this.#compare('ticked');
  }

  /** Conditions that are not as the book knows them are judged again; those that suppress are told in any case. */
  #tellAgain(): void {
    const suppressing = new Set([...this.#policies.values()].map(({ suppression }) => suppression?.key));
    for (const [key, condition] of this.#truth) {
      const isKnown = this.#policies.has(key) && this.#book.stateOf(key).isAbnormal === condition;
      if (!isKnown || suppressing.has(key)) this.#judge(key, condition, 0, 0);
    }
  }

  #compare(step: string): void {
    this.#comparisons += 1;
    this.#compareEntries(step);
    same(`${step}: alarms that stand`, [...this.#book.standing.keys()].toSorted(), this.#model.standing.toSorted());
    same(`${step}: flooded`, [this.#book.isFlooded], [this.#model.isFlooded]);
    for (const key of this.#policies.keys()) this.#compareState(step, key);
  }

  #compareState(step: string, key: string): void {
    const book = this.#book.stateOf(key);
    const model = this.#model.stateOf(key);
    const flags = flagsOf(model);
    const inBook = [
      bases[book.base],
      book.isAbnormal,
      book.shelf !== null,
      book.suppression !== null && !book.suppression.isSpent,
      book.suppression?.isSpent ?? false,
      book.outOfService !== null,
      displays[displayInBook(book)],
      isAnnunciatedInBook(book),
      book.chatter?.count ?? 0,
      book.base === 'normal' ? '' : names(book.firstOut),
    ];
    const inModel = [
      model.base,
      model.isAbnormal,
      flags.isShelved,
      flags.isSuppressed,
      model.suppression?.isSpent ?? false,
      flags.isOut,
      displayOf(model),
      isAnnunciated(model),
      model.chatter?.count ?? 0,
      model.base === 'A' ? '' : names(model.firsts),
    ];
    same(`${step}: ${key} base, condition, G, H, spent, I, shown, announced, chatter, first-out`, inBook, inModel);
  }

  /** Entries of one alarm come in the same order; between alarms the model takes the order of the book. */
  #compareEntries(step: string): void {
    const noted = this.#noted;
    this.#noted = [];
    const expected = [...this.#model.taken()];
    if (noted.length === 0 && expected.length === 0) return;
    const byKey = (entries: readonly (readonly Plain[])[]): readonly Plain[] =>
      entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : Number(a !== b))).flat();
    same(`${step}: entries`, byKey(noted.map(comparable)), byKey(expected.map(comparableInModel)));
    for (const entry of noted) {
      const key = entry.kind === 'flood' ? '(flood)' : entry.key;
      const next = expected.findIndex((other) => other.key === key);
      this.#history.push(...expected.splice(next, 1));
    }
    this.#kept.push(...noted);
  }

  /** What needs no model: no alarm is lost and none doubled. */
  #keepsPromises(): void {
    const lost = [...this.#policies.keys()].filter((key) => {
      const { base } = this.#book.stateOf(key);
      return this.#truth.get(key) === true && base !== 'unacknowledged' && base !== 'acknowledged';
    });
    if (lost.length > 0) throw new Divergence(`in force, and not in the book: ${lost.join(' ')}`);
    const doubled = doubledIn(this.#kept);
    if (doubled.length > 0) throw new Divergence(`raised twice: ${doubled.join(' ')}`);
  }
}
