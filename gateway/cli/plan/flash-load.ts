/**
 * Bytes a day the journal writes, from the sizes of its records.
 *
 *     a frame     24 (record) + 36 (stamps) + 9 a tag (8 value, 1 quality)
 *     a commit    the bytes since the last one, and once more the page of 4 KiB that they begin in
 *     positions   about 210 a sink and commit, in the alarms lane, which syncs them each 60 s
 *
 * A commit happens each `commitEvery`, or once a frame where frames are rarer. Not counted: events, tables and snapshots
 * (a healthy site has few), the file system's own journal, and what the flash itself adds.
 */
export interface FlashLoad {
  readonly commitsPerSecond: number;
  /** Frames as records. */
  readonly recordBytesPerDay: number;
  /** The last page, written again at each commit. */
  readonly rewriteBytesPerDay: number;
  /** Where the sinks stand. */
  readonly positionBytesPerDay: number;
  readonly bytesPerDay: number;
}

const secondsADay = 86_400;
const recordBytes = 24;
const stampBytes = 36;
const tagBytes = 9;
const pageBytes = 4096;
const positionBytes = 210;
const lazySyncsADay = secondsADay / 60;

/** Bytes one frame takes in the journal. */
export const frameBytes = (tags: number): number => recordBytes + stampBytes + tagBytes * tags;

export function flashLoad(
  streams: readonly { readonly everyMs: number; readonly tags: number }[],
  commitEveryMs: number,
  sinks: number,
): FlashLoad {
  const framesPerSecond = streams.reduce((sum, { everyMs }) => sum + 1000 / everyMs, 0);
  const commitsPerSecond = Math.min(1000 / commitEveryMs, framesPerSecond);
  const bytesPerSecond = streams.reduce((sum, { everyMs, tags }) => sum + (frameBytes(tags) * 1000) / everyMs, 0);
  const recordBytesPerDay = secondsADay * bytesPerSecond;
  const rewriteBytesPerDay = secondsADay * commitsPerSecond * pageBytes;
  const positionBytesPerDay =
    sinks === 0 ? 0 : secondsADay * commitsPerSecond * positionBytes * sinks + lazySyncsADay * pageBytes;
  return {
    commitsPerSecond,
    recordBytesPerDay,
    rewriteBytesPerDay,
    positionBytesPerDay,
    bytesPerDay: recordBytesPerDay + rewriteBytesPerDay + positionBytesPerDay,
  };
}
