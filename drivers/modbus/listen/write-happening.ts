import type { Happening } from '../../../gateway/contract/index.js';
import { broadcastUnit } from './asked.js';
import type { Heard } from './heard.js';

/** What became of a write: the unit confirmed it, refused it, said nothing, or it cannot be told. */
export type WriteOutcome = 'done' | 'refused' | 'unanswered' | 'unclear' | 'broadcast';

function outcomeOf(heard: Heard): WriteOutcome | undefined {
  switch (heard.kind) {
    case 'reply':
      return 'done';
    case 'exception':
      return 'refused';
    case 'unanswered':
      return 'unanswered';
    case 'ambiguous':
      return 'unclear';
    case 'request':
      return heard.asked.unit === broadcastUnit ? 'broadcast' : undefined;
    case 'damaged':
    case 'stray':
      return undefined;
  }
}

/** What the master wrote to a device, told when it is known what became of it; undefined when it wrote nothing. */
export function writeHappening(device: string, heard: Heard): Happening | undefined {
  const outcome = outcomeOf(heard);
  if (outcome === undefined || heard.kind === 'damaged' || heard.kind === 'stray') return undefined;
  const { unit, functionCode, writes } = heard.asked;
  if (!writes) return undefined;
  const { table, start, values } = writes;
  const refused = heard.kind === 'exception' ? { exception: heard.code } : {};
  const fields = { unit, functionCode, table, address: start, values, outcome, ...refused };
  return { device, name: 'write', at: undefined, id: '', fields };
}
