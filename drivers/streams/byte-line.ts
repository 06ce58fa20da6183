import type { Clock, Log } from '../../gateway/contract/index.js';
import { type ByteStream, type ByteStreamEvents, openByteStream } from './byte-stream.js';
import { DialInLine } from './dial-in-line.js';
import { dialInPorts } from './dial-in-ports.js';
import type { LineSettings } from './line-settings.js';

/**
 * The way to a line, kept from the first attempt to open it to the last: where DTUs dial in, the port is listened on all
 * that time, also while the line is lost.
 */
export interface ByteLine {
  /**
   * Opens the line; the stream before it was closed by then. Rejects with `NotConnected`, or with the reason of `signal`.
   */
  open(events: ByteStreamEvents, signal: AbortSignal): Promise<ByteStream>;
  /** Called after the stream was closed. Resolves when no socket, port or timer is left behind. */
  close(): Promise<void>;
  /** What was seen of a DTU that dials in; nothing on other lines. */
  counters(): Readonly<Record<string, number>>;
}

export interface ByteLineOptions extends LineSettings {
  readonly clock: Clock;
  /** Told whom a port where DTUs dial in refuses. */
  readonly log: Log;
}

/** The line behind an address: the one way of every driver to bytes on a line. */
export function byteLine({ address, serial, dialIn, clock, log }: ByteLineOptions): ByteLine {
  if (address.kind === 'tcp-listen') {
    if (!dialIn) throw new RangeError('a link where a DTU dials in has `dialIn`: its schema calls `checkLine`');
    return new DialInLine({ address, dialIn, clock, log, ports: dialInPorts });
  }
  return {
    open: (events, signal) => openByteStream(address, serial, events, clock, signal),
    close: () => Promise.resolve(),
    counters: () => ({}),
  };
}
