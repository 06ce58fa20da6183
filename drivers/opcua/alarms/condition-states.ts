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

const unknown = { isTold: false, isKnown: false, isCrowded: false, state: 'unknown', time: undefined } as const;

interface TagMemory {
  readonly name: ConditionName;
  readonly conditions: Map<string, ConditionTold>;
  isTold: boolean;
  isKnown: boolean;
  isCrowded: boolean;
  state: TagState;
  time: number | undefined;
}

/**
 * What is known of the tags that stand for conditions of a server. A tag is active while any of its conditions is.
 * Nothing is known before the server has told all that it retains (a refresh, OPC 10000-9 §5.5.7); what it did not tell is
 * inactive then. Where it does not refresh, a tag is known with the first event of one of its conditions.
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

  constructor(names: readonly ConditionName[]) {
    this.#tags = names.map((name) => ({
      name,
      conditions: new Map(),
      ...unknown,
    }));
    for (const [tag, { condition }] of names.entries()) {
      this.#byCondition.set(condition, [...(this.#byCondition.get(condition) ?? []), tag]);
    }
  }

  /** All that the server retains was told in this session. */
  get isRefreshed(): boolean {
    return this.#isRefreshed;
  }

  /** Another session begins: nothing is known. */
  begin(): void {
    this.#remembered = [...this.#held(), ...this.#remembered].filter(isDoubtful).slice(0, conditionsMax);
    this.#fresh = undefined;
    this.#isRefreshed = false;
    this.#isUnrefreshed = false;
    for (const tag of this.#tags) {
      tag.conditions.clear();
      Object.assign(tag, unknown);
    }
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
      memory.isTold = true;
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

  /** Everything retained was told; gives every tag. `time` by the server, ms UTC. */
  refreshEnded(time: number | undefined): readonly number[] {
    const fresh = this.#fresh;
    this.#fresh = undefined;
    this.#remembered = [];
    this.#isRefreshed = true;
    for (const [tag, memory] of this.#tags.entries()) {
      for (const id of memory.conditions.keys()) if (fresh?.has(id) === false) memory.conditions.delete(id);
      memory.isKnown = true;
      const times = [...memory.conditions.values()].flatMap((one) => one.time ?? []);
      this.#changes(tag, times.length > 0 ? Math.max(...times) : time);
    }
    return [...this.#tags.keys()];
  }

  /** The server does not refresh; gives the tags of which events have told something. */
  unrefreshed(): readonly number[] {
    this.#isUnrefreshed = true;
    for (const memory of this.#tags) memory.isKnown ||= memory.isTold;
    return [...this.#tags.keys()].filter((tag) => this.#changes(tag, this.#tags[tag]?.time));
  }

  /** `time`: of the event that led to it, ms UTC by the server. */
  at(tag: number): { readonly state: TagState; readonly time: number | undefined } {
    const { state, time } = this.#tags[tag] as TagMemory;
    return { state, time };
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
    if (state === memory.state) return false;
    Object.assign(memory, { state, time });
    return true;
  }
}

const isDoubtful = ({ isRetained, isActive, isEnabled }: ConditionTold): boolean =>
  !isRetained && (isActive === true || !isEnabled);

const isOlder = (time: number | undefined, than: number | undefined): boolean =>
  time !== undefined && than !== undefined && time < than;

/** One at rest is not kept: that nothing is known of it says the same. */
function keep(memory: TagMemory, told: ConditionTold): void {
  const { conditions } = memory;
  const isAtRest = told.isEnabled && told.isActive === false && !told.isRetained;
  if (isAtRest) conditions.delete(told.id);
  else if (conditions.has(told.id) || conditions.size < conditionsMax) conditions.set(told.id, told);
  else memory.isCrowded = true;
}

function stateOf({ conditions, isCrowded }: TagMemory): TagState {
  const all = [...conditions.values()];
  if (all.some(({ isEnabled, isActive }) => isEnabled && isActive === true)) return 'active';
  if (isCrowded) return 'crowded';
  if (all.some(({ isEnabled }) => !isEnabled)) return 'disabled';
  return all.some(({ isActive }) => isActive === undefined) ? 'stateless' : 'inactive';
}
