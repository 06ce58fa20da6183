import type { Log, TransitionEntry } from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import type { Timeline } from './timeline.js';

/** Tells each change of a link, device, sink, clock or lane once: to the log, and into the journal. */
export class TransitionBook {
  readonly #log: Log;
  #note: ((change: Omit<TransitionEntry, 'kind' | 'instant' | 'time'>) => void) | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** From here on they are journaled. A disk may refuse before, while there is no timeline to stamp with. */
  start(journal: Journal, timeline: Timeline): void {
    this.#note = (change) => void journal.note({ kind: 'transition', ...timeline.stamp(), ...change });
  }

  tell(subject: TransitionEntry['subject'], name: string, state: string, reason: string): void {
    this.#note?.({ subject, name, state, reason });
    this.#log.info({ [subject]: name, state, ...(reason && { reason }) }, `${subject} ${state}`);
  }
}
