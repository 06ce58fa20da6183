import type { Entry } from '../contract/index.js';
import type { Journal } from '../journal/index.js';

/** An entry of the alarms lane and where it stands. */
export interface FollowedEntry {
  readonly offset: number;
  readonly entry: Entry;
}

const recordsMax = 500;
const bytesMax = 2 ** 20;

/**
 * The alarms lane from an offset on, then each entry as soon as it is on the disk, without a gap. Ends when `signal` does.
 * What is older than the journal keeps is passed over: compare the first offset given with the one asked for.
 */
export async function* follow({ alarms }: Journal, from: number, signal: AbortSignal): AsyncGenerator<FollowedEntry> {
  const reader = alarms.reader();
  let wake: () => void = () => undefined;
  const stop = alarms.onCommit(() => wake());
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  try {
    for (let at = Math.max(from, alarms.first); !signal.aborted; ) {
      if (at >= alarms.committed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted) resolve();
        });
        continue;
      }
      const { offsets, records, next } = await reader.read(at, recordsMax, bytesMax);
      for (const [index, entry] of records.entries()) yield { offset: offsets[index] as number, entry };
      at = next;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop();
    await reader.close();
  }
}
