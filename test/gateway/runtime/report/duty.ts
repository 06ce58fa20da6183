import { builtInClasses } from '../../../../config/alarm-classes.js';
import {
  type AlarmEntry,
  type FloodEntry,
  type Moment,
  type Priority,
  Quality,
  type Text,
} from '../../../../gateway/contract/index.js';
import type { AlarmAct } from '../../../../gateway/runtime/alarms/act.js';
import { AlarmBook } from '../../../../gateway/runtime/alarms/alarm-book.js';
import type { AlarmDefinition } from '../../../../gateway/runtime/alarms/definition.js';

export const start = Date.UTC(2025, 10, 24, 0, 0);
export const second = 1000;
export const minute = 60_000;
export const hour = 3_600_000;
export const day = 24 * hour;

export interface AlarmOf {
  readonly key: string;
  readonly priority?: Priority;
  readonly class?: keyof typeof builtInClasses;
  /** Key of the condition that suppresses it by design. */
  readonly suppressedBy?: string;
  readonly message?: Text;
}

function definitionOf({
  key,
  priority = 'low',
  class: name = 'process',
  suppressedBy,
  message,
}: AlarmOf): AlarmDefinition {
  const [device = '', tag = '', kind = ''] = key.split('/').slice(-3);
  return {
    key,
    device,
    tag,
    kind,
    limit: 10,
    unit: 'm',
    message: message ?? { en: `${tag} of ${device} is beyond its limit`, zh: `${device} 的${tag}越限` },
    rationale: {
      class: builtInClasses[name],
      priority,
      cause: undefined,
      consequence: undefined,
      action: { en: 'go and look', zh: '到现场查看' },
      respondWithinMs: 600_000,
      owner: undefined,
      source: undefined,
      date: undefined,
      group: undefined,
      shadowUntil: undefined,
      suppression: suppressedBy === undefined ? undefined : { key: suppressedBy, maxMs: 8 * hour },
    },
  };
}

const momentAt = (at: number): Moment => ({ instant: at, time: start + at });

/** Someone on duty at a small site: what happens and is done becomes the entries its alarm book writes. */
export class Duty {
  readonly entries: (AlarmEntry | FloodEntry)[] = [];
  readonly #book: AlarmBook;
  #ticked = 0;

  constructor(alarms: readonly AlarmOf[]) {
    const definitions = new Map(alarms.map((one) => [one.key, definitionOf(one)]));
    this.#book = new AlarmBook({ definitions, note: (entry) => this.entries.push(entry) });
  }

  /** A condition became so, `at` ms after the start. */
  is(key: string, condition: boolean, at: number): this {
    const moment = this.#pass(at);
    const judgement = { key, condition, value: 11, quality: Quality.good, limit: 10, instant: at, since: at };
    this.#book.judge(judgement, { tick: at }, moment, 0);
    return this;
  }

  /** It came and went. */
  from(key: string, at: number, forMs: number): this {
    return this.is(key, true, at).is(key, false, at + forMs);
  }

  /** Does what the book allows. */
  tries(key: string, act: AlarmAct, at: number): void {
    this.#book.act(key, act, 'zhang', this.#pass(at), 0);
  }

  does(key: string, act: AlarmAct, who: string, at: number): this {
    const refusal = this.#book.act(key, act, who, this.#pass(at), 0);
    if (refusal) throw new Error(refusal.reason);
    return this;
  }

  acknowledges(key: string, at: number): this {
    return this.does(key, { act: 'acknowledge', comment: 'seen' }, 'zhang', at);
  }

  /** Time passes, a minute at a time: that is how exactly shelves, chatter and floods end here. */
  #pass(at: number): Moment {
    for (; this.#ticked + minute < at; this.#ticked += minute) this.#book.tick(momentAt(this.#ticked + minute));
    this.#book.tick(momentAt(at));
    return momentAt(at);
  }
}
