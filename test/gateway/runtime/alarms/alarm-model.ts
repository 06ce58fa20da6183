import { type Base, type Display, flagDisplays, type Row, rowsFor, type TableEvent } from './transition-table.js';

/** A moment on the timeline and by UTC, null while that is not known. */
export interface At {
  readonly instant: number;
  readonly time: number | null;
}

/** How alarms of a class are handled, and what the site file says of one alarm. */
export interface Policy {
  readonly acknowledge: boolean;
  readonly latch: boolean;
  readonly toxic: boolean;
  readonly shelveMaxMs: number;
  readonly mayLeaveService: boolean;
  readonly reAnnunciateMs: number | null;
  readonly suppression: { readonly key: string; readonly maxMs: number } | null;
  readonly group: string | null;
}

/** Came first in its group, somewhere between the two instants. */
interface First {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

export interface ModelState {
  readonly base: Base;
  readonly isAbnormal: boolean;
  readonly shelvedUntil: At | null;
  /** How long it was shelved for; 0 when it is not. */
  readonly shelvedForMs: number;
  readonly suppression: { readonly by: string; readonly until: At; readonly isSpent: boolean } | null;
  readonly isOut: boolean;
  readonly acknowledged: At | null;
  readonly chatter: { readonly count: number; readonly last: number } | null;
  readonly firsts: readonly First[];
}

export interface ModelChange {
  readonly key: string;
  readonly change: string;
  readonly from: Display;
  readonly to: Display;
  readonly isAnnunciated: boolean;
  readonly instant: number;
  readonly time: number | null;
  readonly state: ModelState;
}

export interface ModelFlood extends At {
  readonly key: '(flood)';
  readonly change: 'began' | 'ended';
  readonly count: number;
}

export type ModelEntry = ModelChange | ModelFlood;

export type ModelAct =
  | { readonly act: 'acknowledge' | 'reset' | 'unshelve' | 'return-to-service' }
  | { readonly act: 'shelve'; readonly forMs: number; readonly reason: string }
  | { readonly act: 'remove-from-service'; readonly reason: string };

/** Told each time a row of the table was followed, with the class it was followed for and the flags that stood. */
export type Cover = (row: Row, policy: Policy, flags: Flags) => void;

export interface Flags {
  readonly isShelved: boolean;
  readonly isSuppressed: boolean;
  readonly isOut: boolean;
}

const resting: ModelState = {
  base: 'A',
  isAbnormal: false,
  shelvedUntil: null,
  shelvedForMs: 0,
  suppression: null,
  isOut: false,
  acknowledged: null,
  chatter: null,
  firsts: [],
};

export const flagsOf = ({ shelvedUntil, suppression, isOut }: ModelState): Flags => ({
  isShelved: shelvedUntil !== null,
  isSuppressed: suppression !== null && !suppression.isSpent,
  isOut,
});

const anyFlag = ({ isShelved, isSuppressed, isOut }: Flags): boolean => isShelved || isSuppressed || isOut;

export function displayOf(state: ModelState): Display {
  const flags = flagsOf(state);
  return flagDisplays.find(([flag]) => flags[flag])?.[1] ?? state.base;
}

export const isAnnunciated = (state: ModelState): boolean => state.base !== 'A' && !anyFlag(flagsOf(state));

const isResting = ({ base, isAbnormal, shelvedUntil, suppression, isOut, chatter }: ModelState): boolean =>
  base === 'A' && !isAbnormal && shelvedUntil === null && suppression === null && !isOut && chatter === null;

const minuteMs = 60_000;
/** Three activations in a minute chatter, until ten minutes without one; the count is told at 3, 6, 12, 24, … */
const chatterAt = 3;
const isTold = (count: number): boolean => count % chatterAt === 0 && Number.isInteger(Math.log2(count / chatterAt));

const plus = ({ instant, time }: At, ms: number): At => ({
  instant: instant + ms,
  time: time === null ? null : time + ms,
});

const isOver = (until: At, { instant, time }: At): boolean =>
  instant >= until.instant || (until.time !== null && time !== null && time >= until.time);

/** Those of which none certainly came before: no other had ended when they began. One interval a key, the earliest. */
function earliest(all: readonly First[]): readonly First[] {
  const byKey = new Map<string, First>();
  for (const first of all) if (!((byKey.get(first.key)?.to ?? Infinity) <= first.to)) byKey.set(first.key, first);
  const ended = Math.min(...[...byKey.values()].map(({ to }) => to));
  return [...byKey.values()].filter(({ from }) => from <= ended);
}

export const names = (firsts: readonly { readonly key: string }[]): string =>
  firsts
    .map(({ key }) => key)
    .toSorted()
    .join(' ');

/**
 * What an alarm book does, said slowly and plainly: a fold of its own history, driven by the transition table. Each change
 * of state is an entry, but for the activations and returns of a chattering alarm that are only counted and held.
 */
export class AlarmModel {
  readonly #policies: ReadonlyMap<string, Policy>;
  readonly #cover: Cover;
  readonly #states = new Map<string, ModelState>();
  #activations: { readonly key: string; readonly instant: number; readonly isAnnunciated: boolean }[] = [];
  #isFlooded = false;
  /** Alarms whose state has gone on since the last entry that told of it. */
  readonly #untold = new Set<string>();
  /** Entries since they were last taken. */
  #entries: ModelEntry[] = [];

  constructor(policies: ReadonlyMap<string, Policy>, history: readonly ModelEntry[], cover: Cover) {
    this.#policies = policies;
    this.#cover = cover;
    for (const entry of history) {
      if (!('state' in entry)) this.#isFlooded = entry.change === 'began';
      else {
        this.#states.set(entry.key, entry.state);
        if (entry.change === 'raised') this.#activations.push(entry);
      }
    }
  }

  get isFlooded(): boolean {
    return this.#isFlooded;
  }

  /** Keys of alarms of which anything has to be remembered. */
  get standing(): readonly string[] {
    return [...this.#states].filter(([, state]) => !isResting(state)).map(([key]) => key);
  }

  stateOf(key: string): ModelState {
    return this.#states.get(key) ?? resting;
  }

  taken(): readonly ModelEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  /** An orderly stop tells what was only counted and held; a crash loses it. */
  stop(at: At): void {
    for (const key of this.#untold) if (this.#policies.has(key)) this.#note(key, 'chattering', this.stateOf(key), at);
  }

  start(at: At): void {
    for (const key of this.standing) {
      const state = this.stateOf(key);
      const policy = this.#policies.get(key);
      if (!policy) this.#note(key, 'closed', resting, at);
      else if (state.suppression && state.suppression.by !== policy.suppression?.key)
        this.#note(key, 'unsuppressed', this.#unsuppressed(key, policy), at);
    }
    for (const key of this.standing) this.#holdToClass(key, at);
  }

  /** Put aside under another class: only as far as the class it has now allows. */
  #holdToClass(key: string, at: At): void {
    const policy = this.#policies.get(key);
    if (!policy) return;
    const { shelvedUntil, shelvedForMs } = this.stateOf(key);
    if (shelvedUntil && shelvedForMs > policy.shelveMaxMs) {
      this.#note(key, 'unshelved', this.#unshelved(key, policy), at);
    }
    const state = this.stateOf(key);
    if (!state.isOut || policy.mayLeaveService) return;
    this.#note(key, 'returned-to-service', this.#left(key, policy, { ...state, isOut: false }), at);
  }

  judge(condition: string, isTrue: boolean | 'unknown', at: At, since: number, spreadMs: number): void {
    if (isTrue === 'unknown') return;
    for (const [key, policy] of this.#policies)
      if (policy.suppression?.key === condition) this.#suppress(key, policy, isTrue, at);
    const policy = this.#policies.get(condition);
    if (!policy || this.stateOf(condition).isAbnormal === isTrue) return;
    if (isTrue) this.#activate(condition, policy, at, { key: condition, from: since - spreadMs, to: since });
    else this.#return(condition, policy, at);
  }

  tick(at: At): void {
    for (const group of new Set([...this.#policies.values()].flatMap((policy) => policy.group ?? []))) {
      this.#agree(group, at);
    }
    for (const key of this.standing) {
      const policy = this.#policies.get(key);
      if (policy) this.#passTime(key, policy, at);
    }
    this.#judgeFlood(at);
  }

  /** Whether it was done; refused otherwise. */
  act(key: string, act: ModelAct, at: At): boolean {
    const policy = this.#policies.get(key);
    if (!policy) return false;
    const state = this.stateOf(key);
    switch (act.act) {
      case 'acknowledge':
      case 'reset': {
        const base = this.#follow(act.act, key, policy, state);
        if (base === undefined) return false;
        const next = act.act === 'acknowledge' ? { ...state, base, acknowledged: at } : { ...state, base };
        return this.#done(key, act.act === 'reset' ? 'reset' : 'acknowledged', next, at);
      }
      case 'shelve': {
        const isAllowed = act.forMs > 0 && act.forMs <= policy.shelveMaxMs && act.reason.trim() !== '';
        if (!isAllowed || state.shelvedUntil) return false;
        return this.#done(key, 'shelved', { ...state, shelvedUntil: plus(at, act.forMs), shelvedForMs: act.forMs }, at);
      }
      case 'unshelve':
        return state.shelvedUntil !== null && this.#done(key, 'unshelved', this.#unshelved(key, policy), at);
      case 'remove-from-service':
        if (!policy.mayLeaveService || state.isOut || act.reason.trim() === '') return false;
        return this.#done(key, 'removed-from-service', { ...state, isOut: true }, at);
      case 'return-to-service': {
        if (!state.isOut) return false;
        const next = this.#left(key, policy, { ...state, isOut: false });
        return this.#done(key, 'returned-to-service', next, at);
      }
    }
  }

  #activate(key: string, policy: Policy, at: At, first: First): void {
    const before = this.stateOf(key);
    const chatter = before.chatter && { count: before.chatter.count + 1, last: at.instant };
    const state = { ...before, isAbnormal: true, chatter };
    if (chatter && !policy.toxic && (state.base === 'B' || state.base === 'C')) {
      if (isTold(chatter.count)) this.#note(key, 'chattering', state, at);
      else this.#hold(key, state);
      return;
    }
    const firsts = policy.group === null ? [] : this.#firsts(policy.group, first);
    const base = this.#follow('condition-true', key, policy, state) as Base;
    const raised = { ...state, base, acknowledged: null, firsts };
    this.#activations.push({ key, instant: at.instant, isAnnunciated: isAnnunciated(raised) });
    this.#note(key, 'raised', raised, at);
    const count = this.#since(at.instant - minuteMs).filter((activation) => activation.key === key).length;
    if (!chatter && count >= chatterAt)
      this.#note(key, 'chattering', { ...raised, chatter: { count, last: at.instant } }, at);
    this.#judgeFlood(at);
  }

  #return(key: string, policy: Policy, at: At): void {
    const state = { ...this.stateOf(key), isAbnormal: false };
    if (state.chatter && !policy.toxic) {
      this.#hold(key, state);
      return;
    }
    const base = this.#follow('condition-false', key, policy, state) as Base;
    if (policy.group !== null) this.#agree(policy.group, at);
    this.#note(key, 'returned', { ...state, base, firsts: this.stateOf(key).firsts }, at);
  }

  #suppress(key: string, policy: Policy, isOn: boolean, at: At): void {
    const state = this.stateOf(key);
    if (!policy.suppression || (state.suppression !== null) === isOn) return;
    if (isOn) {
      const suppression = {
        by: policy.suppression.key,
        until: plus(at, policy.suppression.maxMs),
        isSpent: false,
      };
      this.#note(key, 'suppressed', { ...state, suppression }, at);
    } else this.#note(key, 'unsuppressed', this.#unsuppressed(key, policy), at);
  }

  #passTime(key: string, policy: Policy, at: At): void {
    const { shelvedUntil } = this.stateOf(key);
    if (shelvedUntil && isOver(shelvedUntil, at)) this.#note(key, 'unshelved', this.#unshelved(key, policy), at);
    const { suppression } = this.stateOf(key);
    if (suppression && !suppression.isSpent && isOver(suppression.until, at)) {
      const spent = { ...this.stateOf(key), suppression: { ...suppression, isSpent: true } };
      this.#note(key, 'unsuppressed', this.#left(key, policy, spent), at);
    }
    const { chatter } = this.stateOf(key);
    if (chatter && at.instant - chatter.last >= 10 * minuteMs) {
      const state = { ...this.stateOf(key), chatter: null };
      const isHeld = !state.isAbnormal && (state.base === 'B' || state.base === 'C');
      // Still there, and come again after it was seen: what stands now nobody has seen.
      const { acknowledged } = state;
      const isNew = state.isAbnormal && acknowledged !== null && chatter.last > acknowledged.instant;
      const base = isHeld ? (this.#follow('condition-false', key, policy, state) as Base) : isNew ? 'B' : state.base;
      this.#note(key, 'chatter-ended', { ...state, base, acknowledged: isNew ? null : acknowledged }, at);
    }
    const state = this.stateOf(key);
    const again = policy.reAnnunciateMs;
    if (state.base !== 'C' || anyFlag(flagsOf(state)) || again === null || !state.acknowledged) return;
    if (!isOver(plus(state.acknowledged, again), at)) return;
    const base = this.#follow('re-announce', key, policy, state) as Base;
    this.#note(key, 're-annunciated', { ...state, base, acknowledged: null }, at);
  }

  /** First-out of an alarm that comes now; held until all of the group were normal. */
  #firsts(group: string, first: First): readonly First[] {
    return earliest([...this.#standingIn(group).flatMap((member) => this.stateOf(member).firsts), first]);
  }

  /** Each member names what came first in the group. */
  #agree(group: string, at: At): void {
    const standing = this.#standingIn(group);
    const firsts = earliest(standing.flatMap((member) => this.stateOf(member).firsts));
    for (const member of standing) {
      const state = this.stateOf(member);
      if (names(state.firsts) !== names(firsts)) this.#note(member, 'first-out', { ...state, firsts }, at);
    }
  }

  #standingIn(group: string): readonly string[] {
    return this.standing.filter((key) => this.#policies.get(key)?.group === group && this.stateOf(key).base !== 'A');
  }

  #unshelved(key: string, policy: Policy): ModelState {
    return this.#left(key, policy, { ...this.stateOf(key), shelvedUntil: null, shelvedForMs: 0 });
  }

  #unsuppressed(key: string, policy: Policy): ModelState {
    const state = { ...this.stateOf(key), suppression: null };
    return this.stateOf(key).suppression?.isSpent ? state : this.#left(key, policy, state);
  }

  /** `state` has left one flag. */
  #left(key: string, policy: Policy, state: ModelState): ModelState {
    return { ...state, base: this.#follow('leave-flag', key, policy, state) as Base };
  }

  /** Undefined when the table refuses. */
  #follow(event: TableEvent, key: string, policy: Policy, state: ModelState): Base | undefined {
    const [row] = rowsFor(event, state.base, policy, state.isAbnormal);
    if (!row || row[5] === 'cannot-be') throw new Error(`${key} cannot be in ${state.base} at ${event}`);
    this.#cover(row, policy, flagsOf(state));
    return row[5] === 'refused' ? undefined : row[5];
  }

  #since(instant: number): readonly { readonly key: string; readonly isAnnunciated: boolean }[] {
    return this.#activations.filter((activation) => activation.instant > instant);
  }

  /** More than ten announced in ten minutes begin a flood, fewer than five end it. */
  #judgeFlood({ instant, time }: At): void {
    this.#activations = this.#activations.filter((activation) => activation.instant > instant - 10 * minuteMs);
    const count = this.#activations.filter((activation) => activation.isAnnunciated).length;
    const isFlooded = this.#isFlooded ? count >= 5 : count > 10;
    if (isFlooded === this.#isFlooded) return;
    this.#isFlooded = isFlooded;
    this.#entries.push({ key: '(flood)', change: isFlooded ? 'began' : 'ended', count, instant, time });
  }

  #done(key: string, change: string, state: ModelState, at: At): true {
    this.#note(key, change, state, at);
    return true;
  }

  #hold(key: string, state: ModelState): void {
    this.#states.set(key, state);
    this.#untold.add(key);
  }

  #note(key: string, change: string, state: ModelState, at: At): void {
    const from = displayOf(this.stateOf(key));
    this.#states.set(key, state);
    this.#untold.delete(key);
    const to = displayOf(state);
    this.#entries.push({ key, change, from, to, isAnnunciated: isAnnunciated(state), ...at, state });
  }
}
