import {
  type AlarmChange,
  type AlarmClass,
  type AlarmEntry,
  type AlarmState,
  type Cause,
  type FirstOut,
  type FloodEntry,
  isAtRest,
  type Judgement,
  type Moment,
} from '../../contract/index.js';
import { actOn, inService, isRefusal, withoutShelf } from './act-on.js';
import { type ActRefusal, type AlarmAct, refused } from './act.js';
import { isSilent, restingState } from './alarm-state.js';
import { whenAbnormal, whenNormal } from './base-state.js';
import { chatterFrom, isWorthTelling, oneMore } from './chatter.js';
import { alarmEntry, type StandingAlarm, type Tellable, tellable, tellableAgain, type Telling } from './alarm-entry.js';
import type { AlarmDefinition } from './definition.js';
import { firstOutAfter, firstOutOf, namedAnew, namesSame } from './first-out.js';
import { type Activation, Activations, floodAbove, floodBelow } from './flood.js';
import { later, stampOf } from './moments.js';
import { isTimeless, passTime } from './pass-time.js';
import { suppressedUnder, withoutSuppression } from './suppression.js';

export interface AlarmBookOptions {
  /** Alarms of the applied configuration, by key. */
  readonly definitions: ReadonlyMap<string, AlarmDefinition>;
  /** Journals one entry. Called within the call that led to it. */
  readonly note: (entry: AlarmEntry | FloodEntry) => void;
  /** What the journal says of alarms that are not at rest: the last entry of each. */
  readonly standing?: Iterable<AlarmEntry>;
  /** Activations of the last ten minutes, oldest first. */
  readonly activations?: readonly Activation[];
  readonly isFlooded?: boolean;
}

/**
 * The alarms of one site, by ISA-18.2: a base state and three independent flags each. A function of its calls alone: it
 * reads no clock, and each change is one entry that carries the state it led to, so what the journal holds is the book.
 * Collapsed activations of a chattering alarm change the state without an entry each; after a crash the count goes on
 * from the last one told.
 */
export class AlarmBook {
  readonly #definitions: ReadonlyMap<string, AlarmDefinition>;
  readonly #note: AlarmBookOptions['note'];
  readonly #standing = new Map<string, StandingAlarm>();
  /** Alarms a condition suppresses, by its key. */
  readonly #suppressedBy = new Map<string, string[]>();
  readonly #groups = new Map<string, string[]>();
  /** Groups of which some member may not know yet what came first. */
  readonly #unsettled: Set<string>;
  readonly #activations: Activations;
  /** Last known instant of conditions of which there is no reading now. */
  readonly #lastKnown = new Map<string, number>();
  #isFlooded: boolean;

  constructor({ definitions, note, standing = [], activations = [], isFlooded = false }: AlarmBookOptions) {
    this.#definitions = definitions;
    this.#note = note;
    this.#activations = new Activations(activations);
    this.#isFlooded = isFlooded;
    for (const last of standing) if (!isAtRest(last.state)) this.#standing.set(last.key, { state: last.state, last });
    for (const [key, { rationale }] of definitions) {
      if (rationale.group !== undefined) addTo(this.#groups, rationale.group, key);
      if (rationale.suppression) addTo(this.#suppressedBy, rationale.suppression.key, key);
    }
    this.#unsettled = new Set(this.#groups.keys());
  }

  /** Alarms that are not at rest, by key. */
  get standing(): ReadonlyMap<string, StandingAlarm> {
    return this.#standing;
  }

  get isFlooded(): boolean {
    return this.#isFlooded;
  }

  /** Activations of the last ten minutes, oldest first. */
  get activations(): readonly Activation[] {
    return this.#activations.list;
  }

  stateOf(key: string): AlarmState {
    return this.#standing.get(key)?.state ?? restingState;
  }

  /** Instant at which the condition was last known; undefined while it is. */
  lastKnown(key: string): number | undefined {
    return this.#lastKnown.get(key);
  }

  lastKnownSnapshot(): { readonly [key: string]: number } {
    return Object.fromEntries(this.#lastKnown);
  }

  restoreLastKnown(instants: { readonly [key: string]: number }): void {
    for (const [key, instant] of Object.entries(instants)) this.#lastKnown.set(key, instant);
  }

  isSuppressing(condition: string): boolean {
    const keys = this.#suppressedBy.get(condition) ?? [];
    return keys.some((key) => this.stateOf(key).suppression !== null);
  }

  /** Some of what a condition suppresses is not suppressed: a kind that the configuration has only now. */
  isSuppressingAll(condition: string): boolean {
    return (this.#suppressedBy.get(condition) ?? []).every((key) => this.stateOf(key).suppression !== null);
  }

  /**
   * A configuration begins to hold. What it calls by another name goes on under that; what it has no more is closed, with
   * that cause; what suppressed by a condition it has no more suppresses no more; what it tries out is put out of service
   * until the day it names. Called once, at a start.
   */
  applyConfiguration(configuration: string, formerKeys: ReadonlyMap<string, readonly string[]>, at: Moment): void {
    const telling = { cause: { configuration }, at };
    const presentKey = new Map([...formerKeys].flatMap(([key, former]) => former.map((one) => [one, key] as const)));
    if (presentKey.size > 0) this.#activations.rename(presentKey);
    for (const key of formerKeys.keys()) this.#rename(key, formerKeys, telling);
    for (const [key, { state, last }] of this.#standing) {
      const definition = this.#definitions.get(key);
      const firstOut = namedAnew(state.firstOut, presentKey);
      if (!definition) {
        this.#tell(tellableAgain(last), 'closed', restingState, telling);
        continue;
      }
      if (firstOut !== state.firstOut) this.#tell(tellable(definition), 'first-out', { ...state, firstOut }, telling);
      this.#holdToSuppression(definition, formerKeys, telling);
    }
    for (const definition of this.#definitions.values()) {
      this.#holdToClass(definition, telling);
      this.#tryOut(definition, telling);
    }
  }

  /** A condition changed: one that suppresses others, or one that is an alarm. `spreadMs`: it came at most so long before. */
  judge(judgement: Judgement, cause: Cause, at: Moment, spreadMs: number): void {
    const { key, condition } = judgement;
    if (condition === 'unknown') {
      this.#lastKnown.set(key, at.instant);
      return;
    }
    this.#lastKnown.delete(key);
    const telling = { cause, at, judgement };
    for (const suppressed of this.#suppressedBy.get(key) ?? []) this.#suppress(suppressed, condition, telling);
    const definition = this.#definitions.get(key);
    if (!definition || this.stateOf(key).isAbnormal === condition) return;
    if (condition) this.#raise(definition, telling, judgement.since - spreadMs);
    else this.#return(definition, telling);
  }

  /** Time has passed. Called each whole second of the timeline, and before each act. */
  tick(at: Moment): void {
    const telling = { cause: { tick: at.instant }, at };
    if (this.#unsettled.size > 0) for (const group of this.#groups.keys()) this.#settleFirstOut(group, telling);
    for (const [key, { state }] of this.#standing) {
      const definition = isTimeless(state) ? undefined : this.#definitions.get(key);
      if (!definition) continue;
      for (;;) {
        const passed = passTime(this.stateOf(key), at, definition.rationale.class);
        if (!passed) break;
        this.#tell(tellable(definition), passed.change, passed.state, telling);
      }
    }
    this.#judgeFlood(at);
  }

  /** The gateway stops in order: what was only kept of chattering alarms is told, so that a start finds it. */
  tellKept(at: Moment): void {
    for (const [key, { state, last }] of this.#standing) {
      const definition = this.#definitions.get(key);
      if (definition && state !== last.state) {
        this.#tell(tellable(definition), 'chattering', state, { cause: { tick: at.instant }, at });
      }
    }
  }

  /** A person's act, `after` that many frames had been appended. Undefined when it was done. */
  act(key: string, act: AlarmAct, who: string, at: Moment, after: number): ActRefusal | undefined {
    const definition = this.#definitions.get(key);
    if (!definition) return refused('unknown-alarm');
    const acted = actOn(this.stateOf(key), act, who, at, definition.rationale.class);
    if (isRefusal(acted)) return acted;
    const telling = { cause: { act: who, after }, at, comment: acted.comment };
    this.#tell(tellable(definition), acted.change, acted.state, telling);
    return undefined;
  }

  /** Why an act would be refused; undefined when it would be done. Changes nothing. */
  try(key: string, act: AlarmAct, who: string, at: Moment): ActRefusal | undefined {
    const definition = this.#definitions.get(key);
    if (!definition) return refused('unknown-alarm');
    const acted = actOn(this.stateOf(key), act, who, at, definition.rationale.class);
    return isRefusal(acted) ? acted : undefined;
  }

  /** What suppresses it under another name goes on; what the configuration has no more suppresses no more. */
  #holdToSuppression(
    definition: AlarmDefinition,
    formerKeys: ReadonlyMap<string, readonly string[]>,
    telling: Telling,
  ): void {
    const { key, rationale } = definition;
    const state = this.stateOf(key);
    if (!state.suppression || state.suppression.by === rationale.suppression?.key) return;
    const goesOn = suppressedUnder(state, definition, formerKeys);
    if (goesOn) this.#tell(tellable(definition), 'renamed', goesOn, telling);
    else this.#tell(tellable(definition), 'unsuppressed', withoutSuppression(state), telling);
  }

  /** What a person put aside under another class stays so only as far as the class it has now allows. */
  #holdToClass(definition: AlarmDefinition, telling: Telling): void {
    const { key, rationale } = definition;
    const { shelveMaxMs, outOfService, secondPerson } = rationale.class;
    const { shelf } = this.stateOf(key);
    const isTooLong = shelf !== null && shelf.until.instant - shelf.since.instant > shelveMaxMs;
    const needsAnother = shelf !== null && secondPerson && !shelf.who.includes(twoPeople);
    if (isTooLong || needsAnother)
      this.#tell(tellable(definition), 'unshelved', withoutShelf(this.stateOf(key)), telling);
    const state = this.stateOf(key);
    const isForbidden = state.outOfService !== null && state.outOfService.who !== tried && outOfService === null;
    if (isForbidden) this.#tell(tellable(definition), 'returned-to-service', inService(state), telling);
  }

  #rename(key: string, formerKeys: ReadonlyMap<string, readonly string[]>, telling: Telling): void {
    const definition = this.#definitions.get(key);
    const formerKey = formerKeys.get(key)?.find((former) => this.#standing.has(former));
    const before = formerKey === undefined ? undefined : this.#standing.get(formerKey);
    if (!definition || formerKey === undefined || !before || this.#standing.has(key)) return;
    this.#standing.delete(formerKey);
    this.#standing.set(key, before);
    const state = suppressedUnder(before.state, definition, formerKeys) ?? before.state;
    this.#tell(tellable(definition), 'renamed', state, telling, formerKey);
  }

  /** A rule that is tried out: its alarms are recorded and counted, and call nobody until the day it names. */
  #tryOut(definition: AlarmDefinition, telling: Telling): void {
    const { key, rationale } = definition;
    const { shadowUntil } = rationale;
    const { at } = telling;
    const state = this.stateOf(key);
    const isTried = state.outOfService?.who === tried;
    const leftMs = shadowUntil === undefined || at.time === null ? shadowMaxMs : shadowUntil - at.time;
    const isDue = shadowUntil !== undefined && leftMs > 0;
    if (isDue && !state.outOfService) {
      const until = { instant: at.instant + leftMs, time: shadowUntil };
      const outOfService = { who: tried, reason: 'shadow', since: at, until };
      this.#tell(tellable(definition), 'removed-from-service', { ...state, outOfService }, telling);
    } else if (isTried && !isDue) {
      this.#tell(tellable(definition), 'returned-to-service', inService(state), telling);
    }
  }

  #raise(definition: AlarmDefinition, telling: Telling, from: number): void {
    const { key, rationale } = definition;
    const { at } = telling;
    const state = this.stateOf(key);
    const chatter = state.chatter && oneMore(state.chatter, at.instant);
    if (chatter && isCollapsed(state, rationale.class)) {
      const next = { ...state, isAbnormal: true, chatter };
      if (isWorthTelling(chatter.count)) this.#tell(tellable(definition), 'chattering', next, telling);
      else this.#keep(key, next);
      return;
    }
    const base = whenAbnormal();
    const firstOut = this.#firstOut(rationale.group, { key, from, to: telling.judgement?.since ?? at.instant });
    const next: AlarmState = { ...state, base, isAbnormal: true, raised: at, acknowledged: null, chatter, firstOut };
    const isAnnounced = !isSilent(next);
    this.#activations.add({ key, instant: at.instant, isAnnunciated: isAnnounced });
    this.#tell(tellable(definition), 'raised', next, telling);
    const begun = chatter ?? chatterFrom(this.#activations.instantsOf(key), at);
    if (!chatter && begun) this.#tell(tellable(definition), 'chattering', { ...next, chatter: begun }, telling);
    this.#judgeFlood(at);
  }

  #return(definition: AlarmDefinition, telling: Telling): void {
    const { key, rationale } = definition;
    const state = this.stateOf(key);
    if (state.chatter && !rationale.class.toxic) {
      this.#keep(key, { ...state, isAbnormal: false });
      return;
    }
    const { class: policy, group } = rationale;
    if (group !== undefined) this.#settleFirstOut(group, telling);
    const next = { ...this.stateOf(key), base: whenNormal(state.base, policy), isAbnormal: false };
    this.#tell(tellable(definition), 'returned', next, telling);
  }

  #suppress(key: string, isOn: boolean, telling: Telling): void {
    const definition = this.#definitions.get(key);
    const suppression = definition?.rationale.suppression;
    const state = this.stateOf(key);
    if (!definition || !suppression || (state.suppression !== null) === isOn) return;
    const { at } = telling;
    if (isOn) {
      const until = later(at, suppression.maxMs);
      const next = { ...state, suppression: { by: suppression.key, since: at, until, isSpent: false } };
      this.#tell(tellable(definition), 'suppressed', next, telling);
    } else {
      this.#tell(tellable(definition), 'unsuppressed', withoutSuppression(state), telling);
    }
  }

  /** First-out of an alarm that comes now. Others of its group learn of it at the next tick. */
  #firstOut(group: string | undefined, latest: FirstOut): readonly FirstOut[] {
    if (group === undefined) return [];
    this.#unsettled.add(group);
    return firstOutAfter(firstOutOf(this.#standingIn(group).map((key) => this.stateOf(key).firstOut)), latest);
  }

  /**
   * Members that named others are told what came first: once a second however many come together, and before one of them
   * returns and takes with it what only it knows.
   */
  #settleFirstOut(group: string, { cause, at }: Telling): void {
    if (!this.#unsettled.delete(group)) return;
    const standing = this.#standingIn(group);
    const firstOut = firstOutOf(standing.map((key) => this.stateOf(key).firstOut));
    for (const key of standing) {
      const definition = this.#definitions.get(key);
      const state = this.stateOf(key);
      if (!definition || namesSame(state.firstOut, firstOut)) continue;
      this.#tell(tellable(definition), 'first-out', { ...state, firstOut }, { cause, at });
    }
  }

  #standingIn(group: string): readonly string[] {
    return (this.#groups.get(group) ?? []).filter((key) => this.stateOf(key).base !== 'normal');
  }

  #judgeFlood(at: Moment): void {
    const count = this.#activations.count(at.instant);
    const isFlooded = this.#isFlooded ? count >= floodBelow : count > floodAbove;
    if (isFlooded === this.#isFlooded) return;
    this.#isFlooded = isFlooded;
    this.#note({ kind: 'flood', ...stampOf(at), state: isFlooded ? 'began' : 'ended', count });
  }

  #tell(of: Tellable, change: AlarmChange, to: AlarmState, telling: Telling, formerKey?: string): void {
    // What is announced anew has been seen by nobody yet.
    const state = to.base === 'unacknowledged' && to.acknowledged ? { ...to, acknowledged: null } : to;
    const { key } = of;
    const told = alarmEntry(of, change, this.#standing.get(key), state, telling);
    const entry = formerKey === undefined ? told : { ...told, formerKey };
    if (isAtRest(state)) this.#standing.delete(key);
    else this.#standing.set(key, { state, last: entry });
    this.#note(entry);
  }

  #keep(key: string, state: AlarmState): void {
    const standing = this.#standing.get(key);
    if (standing) this.#standing.set(key, { ...standing, state });
  }
}

/** Stands between the names of two people who did something together. */
export const twoPeople = ' + ';
/** Who puts alarms of a rule that is tried out of service. */
const tried = 'site file';
/** A box that does not know its time tries a rule out for so long at most. */
const shadowMaxMs = 90 * 86_400_000;

/** While it chatters and stands, more activations are only counted; of what is dangerous each is announced. */
const isCollapsed = ({ base }: AlarmState, { toxic }: AlarmClass): boolean =>
  !toxic && (base === 'unacknowledged' || base === 'acknowledged');

function addTo(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
