import { type Entry, type Frame, silentLog } from '../../gateway/contract/index.js';
import { type Journal, openJournal } from '../../gateway/journal/index.js';
import type { JournalOptions } from '../../gateway/journal/journal.js';
import { ManualClock } from './manual-clock.js';
import type { MemoryDisk } from './memory-disk.js';

export const folder = '/journal';

/** A journal on a disk in memory, with limits nobody meets unless given. */
export const open = (disk: MemoryDisk, more: Partial<JournalOptions> = {}): Promise<Journal> =>
  openJournal({
    folder,
    site: 'farm',
    clock: new ManualClock(),
    log: silentLog,
    commitEveryMs: 1000,
    memoryBytesMax: 8 * 2 ** 20,
    bytesMax: 2 ** 30,
    freeBytesMin: 0,
    samplesAgeMaxMs: 1e12,
    alarmsAgeMaxMs: 1e12,
    disk,
    ...more,
  });

/** The first value of each frame. */
export const firstValues = (frames: readonly { record: Frame }[]): number[] =>
  frames.map(({ record }) => record.values[0] as number);

/** A transition that tells itself by its instant. */
export const event = (n: number): Entry => ({
  kind: 'transition',
  instant: n,
  time: n,
  subject: 'device',
  name: `d${n}`,
  state: 'offline',
  reason: 'no answer',
});
