import type { AlarmChange, AlarmEntry } from '../../contract/index.js';
import type { AlarmAct } from '../alarms/act.js';

type Acts = Partial<Record<AlarmChange, (entry: AlarmEntry) => AlarmAct | undefined>>;

const acts: Acts = {
  acknowledged: ({ comment }) => ({ act: 'acknowledge', comment }),
  reset: ({ comment }) => ({ act: 'reset', comment }),
  unshelved: ({ comment }) => ({ act: 'unshelve', comment }),
  'returned-to-service': ({ comment }) => ({ act: 'return-to-service', comment }),
  shelved: ({ comment, state: { shelf } }) =>
    shelf ? { act: 'shelve', forMs: shelf.until.instant - shelf.since.instant, reason: comment } : undefined,
  'removed-from-service': ({ comment, state: { outOfService } }) => {
    const { since, until } = outOfService ?? {};
    const span = since && until ? { forMs: until.instant - since.instant } : {};
    return { act: 'remove-from-service', reason: comment, ...span };
  },
};

/** The act that led to an entry, to be done again; undefined where no act did. */
export const actOf = (entry: AlarmEntry): AlarmAct | undefined => acts[entry.change]?.(entry);
