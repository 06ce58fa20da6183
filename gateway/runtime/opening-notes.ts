import { hostname } from 'node:os';
import type { SiteConfig } from '../../config/site.js';
import type { Journal } from '../journal/index.js';
import type { Timeline } from './timeline.js';
import type { TransitionBook } from './transition-book.js';

/** What a start has to say: what was kept and why there may be a gap, which configuration holds, and who began. */
export function noteOpening(
  journal: Journal,
  timeline: Timeline,
  transitions: TransitionBook,
  { hash, files }: SiteConfig,
  version: string,
): void {
  const { reason, lastKept, firstNew, tornBytes, damage, newEpoch } = journal.recovery;
  journal.note({ kind: 'gap', ...timeline.stamp(), reason, lastKept, firstNew, tornBytes });
  for (const sentence of damage) transitions.tell('journal', 'journal', 'damaged', sentence);
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
  if (!newEpoch) return;
  const detail = { reason: newEpoch.reason, previous: newEpoch.previous, epoch };
  journal.audit(timeline.stamp(), { who: 'gateway', action: 'new epoch', detail });
}
