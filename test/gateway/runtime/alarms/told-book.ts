import { type AlarmChange, type AlarmEntry, type FloodEntry, Quality } from '../../../../gateway/contract/index.js';
import type { ActRefusal, AlarmAct } from '../../../../gateway/runtime/alarms/act.js';
import { AlarmBook } from '../../../../gateway/runtime/alarms/alarm-book.js';
import type { Policy } from './alarm-model.js';
import { foldOf, type Noted } from './kept-entries.js';
import { definitionsOf } from './site-of-alarms.js';

type Policies = Readonly<Record<string, Policy>>;

/** An alarm book on a timeline that begins at 0 s, with UTC an hour ahead of it; what it noted, in order. */
export class ToldBook {
  readonly noted: Noted[] = [];
  book: AlarmBook;
  /** Seconds of the timeline. */
  now = 0;
  /** UTC in seconds ahead of the timeline; null while unknown. */
  utcAheadS: number | null = 3600;
  #policies: Policies;

  constructor(policies: Policies) {
    this.#policies = policies;
    this.book = this.#made();
  }

  /** Each whole second up to `second` is ticked. */
  until(second: number): void {
    while (this.now < second) {
      this.now += 1;
      this.book.tick(this.#at());
    }
  }

  /** A condition is judged; it has been so for `sinceS`, and might have come `spreadS` before that. */
  judge(key: string, condition: boolean | 'unknown', sinceS = 0, spreadS = 0): void {
    const at = this.#at();
    const judgement = { key, condition, value: condition === true ? 11 : 9, quality: Quality.good, limit: 10 };
    const since = at.instant - sinceS * 1000;
    this.book.judge({ ...judgement, instant: at.instant, since }, { sequence: 7 }, at, spreadS * 1000);
  }

  act(key: string, act: AlarmAct): ActRefusal['reason'] | undefined {
    return this.book.act(key, act, 'li', this.#at(), 7)?.reason;
  }

  acknowledge(key: string): ActRefusal['reason'] | undefined {
    return this.act(key, { act: 'acknowledge', comment: 'seen' });
  }

  shelve(key: string, forS: number): ActRefusal['reason'] | undefined {
    return this.act(key, { act: 'shelve', forMs: forS * 1000, reason: 'sensor under repair' });
  }

  /** Stops, and starts from what was noted, with the same site file or another. */
  restart(policies: Policies = this.#policies, formerKeys: ReadonlyMap<string, readonly string[]> = new Map()): void {
    this.book.tellKept(this.#at());
    this.#policies = policies;
    this.book = this.#made();
    this.book.applyConfiguration('c2', formerKeys, this.#at());
  }

  alarms(key?: string): AlarmEntry[] {
    return this.noted.flatMap((entry) =>
      entry.kind === 'alarm' && (key === undefined || entry.key === key) ? [entry] : [],
    );
  }

  floods(): FloodEntry[] {
    return this.noted.flatMap((entry) => (entry.kind === 'flood' ? [entry] : []));
  }

  changes(key?: string): AlarmChange[] {
    return this.alarms(key).map(({ change }) => change);
  }

  /** What is shown of an alarm, as its last entry says. */
  shown(key: string): string {
    return this.alarms(key).at(-1)?.to ?? 'normal';
  }

  firstOut(key: string): readonly string[] {
    return this.book.stateOf(key).firstOut.map((first) => first.key);
  }

  #made(): AlarmBook {
    const definitions = definitionsOf(new Map(Object.entries(this.#policies)));
    return new AlarmBook({
      definitions,
      note: (entry) => this.noted.push(entry),
      ...foldOf(this.noted, this.now * 1000),
    });
  }

  #at(): { instant: number; time: number | null } {
    return {
      instant: this.now * 1000,
      time: this.utcAheadS === null ? null : (this.now + this.utcAheadS) * 1000,
    };
  }
}
