import type { StatutoryChange } from '../../../config/index.js';
import { type Journal, startedBy } from '../../journal/index.js';
import type { Timeline } from '../timeline.js';
import type { TransitionBook } from '../transition-book.js';
import { heldBackText } from './change-text.js';
import type { Gated } from './gate.js';

/** Whoever the gateway itself is, where nobody had to approve. */
const itself = 'gateway';

/**
 * Journals what a start does to protected streams: an entry a change, which travels, and the same in the audit chain,
 * where it cannot be altered unseen. Called before the configuration is noted: a crash between the two says it twice,
 * and never not at all.
 */
export function noteStatutory(
  journal: Journal,
  timeline: Timeline,
  transitions: TransitionBook,
  { site, applied, begun, heldBack }: Gated,
): void {
  const note = (action: string, who: string, changes: readonly StatutoryChange[]): void => {
    if (changes.length === 0) return;
    const configuration = site.hash;
    for (const change of changes)
      journal.note({ kind: 'statutory', ...timeline.stamp(), ...change, who, configuration });
    journal.audit(timeline.stamp(), { who, action, detail: { configuration, changes } });
  };
  note('statutory change applied', applied.who, applied.changes);
  note('statutory protection began', `${itself}, started by ${startedBy()}`, begun);
  if (!heldBack) return;
  const { configuration, changes, approvers } = heldBack;
  const detail = { configuration, changes, approvers };
  journal.audit(timeline.stamp(), { who: itself, action: 'statutory change held back', detail });
  transitions.tell('journal', 'configuration', 'held back', heldBackText(changes, approvers).en);
}
