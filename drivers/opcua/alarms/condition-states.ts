/** Which conditions of a server a tag stands for; without `source` those of this name of every source. */
export interface ConditionName {
  readonly condition: string;
  readonly source: string | undefined;
}

/** The last event of one condition: of its trunk, not of a branch (OPC 10000-9 §5.5.2). */
export interface ConditionTold {
  /** Its node, by namespace URI, so that it is the same in the next session. */
  readonly id: string;
  readonly condition: string;
  readonly source: string;
  /** Hexadecimal. */
  readonly eventId: string;
  /** ms UTC by the server. */
  readonly time: number | undefined;
  readonly isEnabled: boolean;
  /** Undefined for a condition that has no such state, or, being disabled, does not tell it. */
  readonly isActive: boolean | undefined;
  readonly isAcked: boolean | undefined;
  /** A refresh tells it again. */
  readonly isRetained: boolean;
}

/** `stateless`: a condition that is never active. `crowded`: more conditions of this name than are kept. */
export type TagState = 'unknown' | 'active' | 'inactive' | 'disabled' | 'stateless' | 'crowded';

/** Conditions kept of one tag; with more than these it is not known any more whether none is active. */
const conditionsMax = 1000;

const unknown = {
  isTold: false,
  isKnown: false,
  isComplete: false,
  isCrowded: false,
  isSure: false,
  state: 'unknown',
  time: undefined,
} as const;

interface TagMemory {
  readonly name: ConditionName;
  readonly conditions: Map<string, ConditionTold>;
  /** Those of them that may have changed since, unheard. */
  readonly unsure: Set<string>;
  isTold: boolean;
  isKnown: boolean;
  /** A condition that is not among `conditions` is at rest. */
  isComplete: boolean;
  isCrowded: boolean;
  state: TagState;
  isSure: boolean;
  time: number | undefined;
}

/**
 * What is known of the tags that stand for conditions of a server. A tag is active while any of its conditions is.
 * Nothing is known before the server has told all that it retains (a refresh, OPC 10000-9 §5.5.7); what it did not tell is
 * inactive then. Where it does not refresh, a tag is known with the first event of one of its conditions, and for sure where
 * that event tells all of it: it is active, or the only one of its name and source. What was lost on the way, or cannot be
 * looked at though the server lists it no more, leaves a tag as it was, and not for sure.
 */
export class ConditionStates {
  readonly #tags: readonly TagMemory[];
  readonly #byCondition = new Map<string, number[]>();
  /** Of the session before: what its end may have hidden. */
  #remembered: readonly ConditionTold[] = [];
  /** Conditions told since the refresh that runs began, with the time of the last event; undefined while none does. */
  #fresh: Map<string, number | undefined> | undefined;
  #isRefreshed = false;
  #isUnrefreshed = false;
  #refreshesAsked = 0;

  constructor(names: readonly ConditionName[]) {
    this.#tags = names.map((name) => ({
      name,
      conditions: new Map(),
      unsure: new Set(),
      ...unknown,
    }));
    for (const [tag, { condition }] of names.entries()) {
      this.#byCondition.set(condition, [...(this.#byCondition.get(condition) ?? []), tag]);
    }
  }

  /** All that the server retains was told, since it was last asked for. */
  get isRefreshed(): boolean {
    return this.#isRefreshed;
  }

  /** Another session begins: nothing is known. */
  begin(): void {
    this.#remembered = [...this.#held(), ...this.#remembered].filter(isDoubtful).slice(0, conditionsMax);
    this.#fresh = undefined;
    this.#isRefreshed = false;
    this.#isUnrefreshed = false;
    this.#refreshesAsked = 0;
    for (const tag of this.#tags) {
      tag.conditions.clear();
      tag.unsure.clear();
      Object.assign(tag, unknown);
    }
  }

  /** Events were lost on the way: what is known may have changed meanwhile. What is doubted is told with `unrefreshed`. */
  doubt(): void {
    for (const tag of this.#tags) {
      tag.isComplete = false;
      for (const id of tag.conditions.keys()) tag.unsure.add(id);
    }
  }

  /** The server is asked to tell what stands: a refresh that still runs proves nothing any more. */
  refreshAsked(): void {
    this.#refreshesAsked += 1;
    this.#isRefreshed = false;
    this.#fresh = undefined;
  }

  refreshBegan(): void {
    this.#fresh = new Map();
    for (const tag of this.#tags) tag.isCrowded = false;
  }

  /** Takes one event; gives the tags whose state it changed. */
  take(told: ConditionTold): readonly number[] {
    const tags = this.#tagsOf(told);
    // A refresh repeats an event that a newer one of the plant has overtaken.
    if (tags.length === 0 || isOlder(told.time, this.#fresh?.get(told.id))) return [];
    this.#fresh?.set(told.id, told.time);
    for (const tag of tags) {
      const memory = this.#tags[tag] as TagMemory;
      keep(memory, told);
      memory.unsure.delete(told.id);
      memory.isTold = true;
      memory.isComplete ||= memory.name.source !== undefined;
      memory.isKnown ||= this.#isRefreshed || this.#isUnrefreshed;
    }
    return tags.filter((tag) => this.#changes(tag, told.time));
  }

  /**
   * Conditions that were active or disabled, are not retained by the server's own word, and were not told by the refresh
   * that runs: that it is silent of them proves nothing. To be looked at before `refreshEnded`, and taken as an event.
   */
  doubtful(): readonly ConditionTold[] {
    const byId = new Map([...this.#remembered, ...this.#held()].map((told) => [told.id, told]));
    return [...byId.values()].filter((told) => isDoubtful(told) && this.#fresh?.has(told.id) !== true);
  }

  /**
   * Everything retained was told; gives every tag. What is doubtful still could not be looked at: it stays as it was, and
   * not for sure. A second refresh of a session whose beginning was not heard proves nothing, and gives no tag. `time` by
   * the server, ms UTC.
   */
  refreshEnded(time: number | undefined): readonly number[] {
    const fresh = this.#fresh;
    if (!fresh && this.#refreshesAsked > 1) return [];
    const unseen = this.doubtful();
    this.#fresh = undefined;
    this.#remembered = [];
    this.#isRefreshed = true;
    for (const memory of this.#tags) {
      for (const id of memory.conditions.keys()) if (fresh?.has(id) === false) forget(memory, id);
    }
    for (const told of unseen) {
      for (const tag of this.#tagsOf(told)) keepUnsure(this.#tags[tag] as TagMemory, told);
    }
    for (const [tag, memory] of this.#tags.entries()) {
      memory.isKnown = true;
      memory.isComplete = true;
      const times = [...memory.conditions.values()].flatMap((one) => one.time ?? []);
      this.#changes(tag, times.length > 0 ? Math.max(...times) : time);
    }
    return [...this.#tags.keys()];
  }

  /** The server does not refresh; gives the tags of which events have told something, and those that are in doubt now. */
  unrefreshed(): readonly number[] {
    this.#isUnrefreshed = true;
    this.#fresh = undefined;
    for (const memory of this.#tags) memory.isKnown ||= memory.isTold;
    return [...this.#tags.keys()].filter((tag) => this.#changes(tag, undefined));
  }

  /** `time`: of the event that led to it, ms UTC by the server; undefined where none did. */
  at(tag: number): { readonly state: TagState; readonly isSure: boolean; readonly time: number | undefined } {
    const { state, isSure, time } = this.#tags[tag] as TagMemory;
    return { state, isSure, time };
  }

  /** What is known of the conditions of a tag that are not at rest. */
  conditionsOf(tag: number): readonly ConditionTold[] {
    return [...(this.#tags[tag] as TagMemory).conditions.values()];
  }

  /** The server has taken the acknowledgement of this event; that it says so itself may take a while. */
  acknowledged({ id, eventId }: ConditionTold): void {
    for (const { conditions } of this.#tags) {
      const told = conditions.get(id);
      if (told?.eventId === eventId) conditions.set(id, { ...told, isAcked: true });
    }
  }

  #tagsOf({ condition, source }: ConditionTold): readonly number[] {
    const named = this.#byCondition.get(condition) ?? [];
    return named.filter((tag) => {
      const { source: wanted } = (this.#tags[tag] as TagMemory).name;
      return wanted === undefined || wanted === source;
    });
  }

  #held(): ConditionTold[] {
    return this.#tags.flatMap(({ conditions }) => [...conditions.values()]);
  }

  #changes(tag: number, time: number | undefined): boolean {
    const memory = this.#tags[tag] as TagMemory;
    const state = memory.isKnown ? stateOf(memory) : 'unknown';
    const isSure = memory.isKnown && isSureOf(memory, state);
    if (state === memory.state && isSure === memory.isSure) return false;
    Object.assign(memory, { state, isSure, time });
    return true;
  }
}

const isDoubtful = ({ isRetained, isActive, isEnabled }: ConditionTold): boolean =>
  !isRetained && (isActive === true || !isEnabled);

const isActiveNow = ({ isEnabled, isActive }: ConditionTold): boolean => isEnabled && isActive === true;

const isOlder = (time: number | undefined, than: number | undefined): boolean =>
  time !== undefined && than !== undefined && time < than;

/** One at rest is not kept: that nothing is known of it says the same. */
function keep(memory: TagMemory, told: ConditionTold): void {
  const { conditions } = memory;
  const isAtRest = told.isEnabled && told.isActive === false && !told.isRetained;
  if (isAtRest) forget(memory, told.id);
  else if (conditions.has(told.id) || conditions.size < conditionsMax) conditions.set(told.id, told);
  else memory.isCrowded = true;
}

function keepUnsure(memory: TagMemory, told: ConditionTold): void {
  keep(memory, told);
  if (memory.conditions.has(told.id)) memory.unsure.add(told.id);
}

function forget({ conditions, unsure }: TagMemory, id: string): void {
  conditions.delete(id);
  unsure.delete(id);
}

function stateOf({ conditions, isCrowded }: TagMemory): TagState {
  const all = [...conditions.values()];
  if (all.some(isActiveNow)) return 'active';
  if (isCrowded) return 'crowded';
  if (all.some(({ isEnabled }) => !isEnabled)) return 'disabled';
  return all.some(({ isActive }) => isActive === undefined) ? 'stateless' : 'inactive';
}

/** One that is active for sure makes its tag active for sure; that none is takes knowing all of them. */
const isSureOf = ({ conditions, unsure, isComplete }: TagMemory, state: TagState): boolean =>
  state === 'active'
    ? [...conditions.values()].some((told) => isActiveNow(told) && !unsure.has(told.id))
    : isComplete && unsure.size === 0;
