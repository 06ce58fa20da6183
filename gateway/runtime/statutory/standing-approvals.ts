import type { Journal } from '../../journal/index.js';
import { entriesOf } from '../replay/inputs.js';
import { type Approval, standingApprovals } from './approvals.js';

/** Approvals of one run: the alarms lane is read when somebody first asks, and never again. */
export class StandingApprovals {
  readonly #journal: Journal;
  #list: Promise<Approval[]> | undefined;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Oldest first. Rejects where the journal cannot be read; the next call tries again. */
  async list(): Promise<readonly Approval[]> {
    this.#list ??= standingApprovals(entriesOf(this.#journal));
    try {
      return await this.#list;
    } catch (error) {
      this.#list = undefined;
      throw error;
    }
  }

  /** One more, which is on the disk already. */
  async add(approval: Approval): Promise<void> {
    (await this.#list)?.push(approval);
  }
}
