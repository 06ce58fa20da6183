import { hostname } from 'node:os';
import type { GapEntry } from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import { readMemory } from './pipeline-memory.js';
import type { Gated } from './statutory/gate.js';
import { noteStatutory } from './statutory/note.js';
import type { Timeline } from './timeline.js';
import type { TransitionBook } from './transition-book.js';

/** What a start has to say: what was kept and why there may be a gap, which configuration holds, and who began. Returns the gap. */
export function noteOpening(
  journal: Journal,
  timeline: Timeline,
  transitions: TransitionBook,
  gated: Gated,
  version: string,
): GapEntry {
  const { hash, files } = gated.site;
  const { reason, lastKept, firstNew, tornBytes, damage, newEpoch } = journal.recovery;
  const tickedTo = readMemory(journal)?.tickedTo ?? null;
  const gap: GapEntry = { kind: 'gap', ...timeline.stamp(), reason, lastKept, firstNew, tornBytes, tickedTo };
  journal.note(gap);
  for (const sentence of damage) transitions.tell('journal', 'journal', 'damaged', sentence);
  noteStatutory(journal, timeline, transitions, gated);
  const applied = journal.configuration;
  if (applied?.hash !== hash || applied.version !== version) {
    journal.note({ kind: 'configuration', ...timeline.stamp(), hash, version, files });
  }
  const { epoch } = journal.identity;
  journal.audit(timeline.stamp(), {
    who: 'gateway',
    action: 'start',
    detail: { reason, version, configuration: hash, host: hostname(), epoch },
  });
  if (!newEpoch) return gap;
  const detail = { reason: newEpoch.reason, previous: newEpoch.previous, epoch };
  journal.audit(timeline.stamp(), { who: 'gateway', action: 'new epoch', detail });
  return gap;
}
