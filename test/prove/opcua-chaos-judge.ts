import { isGood, type Reading } from '../../gateway/contract/index.js';

/** What one variable had, and what was told of it, by source time. */
interface Account {
  readonly had: Map<number, number>;
  readonly told: Map<number, number>;
  untold: number;
}

/** Compares every value told with what the server had, a source time each. Alone of good values: bad ones say nothing. */
export class ChaosJudge {
  /** `complete`: readings with every value good, as the first of a connection is. */
  readonly counts = { complete: 0, had: 0, live: 0, late: 0, standing: 0, doubled: 0, wrong: 0 };
  /** Source time of the newest value that was told live, ms UTC. */
  newestLive = 0;
  readonly #accounts: ReadonlyMap<string, Account>;
  #beganAt = Number.POSITIVE_INFINITY;

  constructor(tags: readonly string[]) {
    this.#accounts = new Map(tags.map((tag) => [tag, { had: new Map(), told: new Map(), untold: 0 }]));
  }

  /** The server has a value from now on, under a time of its own. */
  had(tag: string, at: number, value: number): void {
    const account = this.#accounts.get(tag) as Account;
    this.#beganAt = Math.min(this.#beganAt, at);
    account.had.set(at, value);
    account.untold += 1;
    this.counts.had += 1;
  }

  take({ table, values, quality, times, late = false }: Reading): void {
    if (quality.every((code) => isGood(code))) this.counts.complete += 1;
    for (const [slot, { name }] of table.tags.entries()) {
      const account = this.#accounts.get(name);
      if (!account || !isGood(quality[slot] as number)) continue;
      const at = times?.[slot] ?? Number.NaN;
      if (Number.isNaN(at)) this.counts.standing += 1;
      else if (at >= this.#beganAt) this.#judge(account, at, values[slot] as number, late);
    }
  }

  /** Values the server had that were not told yet. */
  get missing(): number {
    return [...this.#accounts.values()].reduce((sum, { untold }) => sum + untold, 0);
  }

  /** The oldest of them, with its variable. */
  oldestMissing(): string {
    const missing = [...this.#accounts].flatMap(([tag, { had, told }]) =>
      [...had.keys()].filter((at) => !told.has(at)).map((at) => ({ tag, at })),
    );
    const oldest = missing.sort((a, b) => a.at - b.at)[0];
    return oldest ? `${oldest.tag} of ${new Date(oldest.at).toISOString()}` : 'none';
  }

  #judge(account: Account, at: number, value: number, isLate: boolean): void {
    const had = account.had.get(at);
    const before = account.told.get(at) ?? 0;
    account.told.set(at, before + 1);
    if (isLate) this.counts.late += 1;
    else {
      this.counts.live += 1;
      this.newestLive = Math.max(this.newestLive, at);
    }
    if (had !== value) this.counts.wrong += 1;
    else if (before > 0) this.counts.doubled += 1;
    else account.untold -= 1;
  }
}
