import type { Clock, Log } from '../../../gateway/contract/index.js';
import { BusAccount } from './bus-account.js';
import { BusEar, type ListenSettings } from './bus-ear.js';

export interface BusHeard {
  /** Whole frames of somebody else were heard: a request, or a reply, which somebody must have asked for. */
  readonly hasMaster: boolean;
  /** Units it asks, ascending. */
  readonly units: readonly number[];
  /** Bytes in all. Some, and no master: somebody talks at another speed or parity, or another protocol. */
  readonly bytes: number;
}

/** Frames that settle it; one alone is a chance of one in some thousands where noise is heard. */
const framesMin = 2;

/**
 * Listens to a line for `listenMs`, or until it is certain that another master asks there, and closes it. Nothing is
 * sent. Call it before anything is, with the line's own settings: at another speed frames are not understood. Rejects
 * with `NotConnected`, or with the reason of `signal`.
 */
export async function listenForMaster(
  settings: ListenSettings,
  listenMs: number,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<BusHeard> {
  const account = new BusAccount();
  const over = new AbortController();
  let lost: Error | undefined;
  const ear = new BusEar(
    settings,
    {
      heard: (heard) => {
        for (const one of heard) account.note(one);
        if (account.frames >= framesMin) over.abort();
      },
      lost: (error) => {
        lost = error;
        over.abort();
      },
    },
    { clock, log },
  );
  try {
    await ear.open(signal);
    await clock.wait(listenMs, AbortSignal.any([signal, over.signal]));
    signal.throwIfAborted();
  } finally {
    await ear.close();
  }
  if (lost) throw lost;
  return {
    hasMaster: account.frames >= framesMin,
    units: [...account.units.keys()].toSorted((a, b) => a - b),
    bytes: ear.bytes,
  };
}

/** `listenForMaster` for those who ask nothing more. */
export const busHasMaster = async (...of: Parameters<typeof listenForMaster>): Promise<boolean> =>
  (await listenForMaster(...of)).hasMaster;
