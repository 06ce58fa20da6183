import { silentLog } from '../../gateway/contract/index.js';
import { type Journal, openJournal } from '../../gateway/journal/index.js';
import { systemClock } from '../../gateway/runtime/index.js';

/** The journal of a counted site that no gateway has open, with limits that remove nothing. To be closed by the caller. */
export const openStopped = (folder: string): Promise<Journal> =>
  openJournal({
    folder,
    site: 'counted',
    clock: systemClock,
    log: silentLog,
    commitEveryMs: 1000,
    memoryBytesMax: 2 ** 20,
    bytesMax: 2 ** 40,
    freeBytesMin: 0,
    samplesAgeMaxMs: 1e12,
    alarmsAgeMaxMs: 1e12,
  });
