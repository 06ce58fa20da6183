import { silentLog } from '../../gateway/contract/index.js';
import { type Journal, openJournal } from '../../gateway/journal/index.js';
import { ManualClock } from '../support/manual-clock.js';
import type { MemoryDisk } from '../support/memory-disk.js';
import { readLane } from '../support/read-lane.js';

export interface JournalCheck {
  /** Offsets of the frames that can be read, all of them right. */
  readonly frames: ReadonlySet<number>;
  /** Transitions noted by the workload that can be read. */
  readonly notes: number;
  /** Frames whose content is not what was written. */
  readonly wrong: number;
  readonly reason: string;
  readonly damage: readonly string[];
  readonly newEpoch: string | undefined;
}

/** Opens a journal the workload wrote, reads everything, and appends: what a start does. Throws when it refuses. */
export async function checkJournal(disk: MemoryDisk, folder: string): Promise<JournalCheck> {
  const journal: Journal = await openJournal({
    folder,
    site: 'farm',
    clock: new ManualClock(),
    log: silentLog,
    commitEveryMs: 1000,
    memoryBytesMax: 64 * 2 ** 20,
    bytesMax: 2 ** 32,
    freeBytesMin: 0,
    samplesAgeMaxMs: 1e12,
    alarmsAgeMaxMs: 1e12,
    disk,
  });
  const frames = new Set<number>();
  let wrong = 0;
  for (const { offset, record } of await readLane(journal.samples)) {
    const isRight = record.values.every((value, slot) => value === offset + slot) && record.instant === offset;
    if (isRight) frames.add(offset);
    else wrong += 1;
  }
  const entries = await readLane(journal.alarms);
  const notes = entries.filter(({ record }) => record.kind === 'transition').length;
  const { reason, damage, newEpoch } = journal.recovery;
  await journal.close();
  return { frames, notes, wrong, reason, damage, newEpoch: newEpoch?.reason };
}
