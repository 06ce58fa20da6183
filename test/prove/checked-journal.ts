import { type Frame, type LaneName, silentLog } from '../../gateway/contract/index.js';
import { type Journal, type Lane, openJournal } from '../../gateway/journal/index.js';
import { ManualClock } from '../support/manual-clock.js';
import type { MemoryDisk } from '../support/memory-disk.js';
import { readLane } from '../support/read-lane.js';

export interface JournalCheck {
  /** Offsets of the frames that can be read, all of them right. */
  readonly frames: ReadonlySet<number>;
  /** Offsets of the transitions noted by the workload that can be read. */
  readonly notes: ReadonlySet<number>;
  /** Frames whose content is not what was written. */
  readonly wrong: number;
  readonly reason: string;
  readonly damage: readonly string[];
  readonly newEpoch: string | undefined;
  /** Bytes at the end that were no whole record. */
  readonly tornBytes: number;
  /** Offset of the last frame recovery names. */
  readonly lastKept: number | undefined;
  /** Instant a new boot goes on behind. */
  readonly lastInstant: number;
  /** Offsets each lane found itself to hold: what is missing among them counts as damaged for each sink. */
  readonly held: Readonly<Record<LaneName, readonly [first: number, next: number]>>;
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
  const { reason, damage, newEpoch, tornBytes, lastKept } = journal.recovery;
  const { instant: lastInstant } = journal.lastStamps;
  const { samples, alarms } = journal;
  const held = { samples: [samples.first, samples.next], alarms: [alarms.first, alarms.next] } as const;
  const { frames, wrong } = await checkFrames(samples);
  const entries = await readLane(alarms);
  const transitions = entries.filter(({ record }) => record.kind === 'transition' && record.subject === 'device');
  const notes = new Set(transitions.map(({ offset }) => offset));
  await journal.close();
  const said = { reason, damage, newEpoch: newEpoch?.reason, tornBytes, lastKept: lastKept?.offset, lastInstant };
  return { frames, notes, wrong, ...said, held };
}

/** Reads the lane without keeping its frames: there are many, and this is done a thousand times. */
async function checkFrames(lane: Lane<Frame>): Promise<Pick<JournalCheck, 'frames' | 'wrong'>> {
  const reader = lane.reader();
  const frames = new Set<number>();
  let wrong = 0;
  for (let at = lane.first; at < lane.committed; ) {
    const { offsets, records, next } = await reader.read(at, 1000, 2 ** 22);
    for (const [index, frame] of records.entries()) {
      const offset = offsets[index] as number;
      if (isRight(frame, offset)) frames.add(offset);
      else wrong += 1;
    }
    at = next;
  }
  await reader.close();
  return { frames, wrong };
}

/** The n-th frame holds n + slot. */
function isRight({ values, instant }: Frame, n: number): boolean {
  for (let slot = 0; slot < values.length; slot += 1) if (values[slot] !== n + slot) return false;
  return instant === n;
}
