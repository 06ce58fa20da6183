import type { Clock } from '../../gateway/contract/index.js';
import type { SerialSettings } from './serial-settings.js';
import { openSerialStream } from './serial-stream.js';
import type { DirectAddress } from './stream-address.js';
import { openTcpStream } from './tcp-stream.js';

/** Bytes to and from a line, whatever carries them. */
export interface ByteStream {
  /** Resolves when the last byte has left, as far as this box can tell. */
  write(bytes: Uint8Array): Promise<void>;
  /** True when the line is gone and nothing said so: a port that was pulled out. */
  isGone(): Promise<boolean>;
  close(): Promise<void>;
}

export interface ByteStreamEvents {
  received(bytes: Uint8Array): void;
  /** The line is gone. Not called after `close`. */
  lost(why: string): void;
}

/** Opens a line that this box opens itself. Rejects with `NotConnected`. */
export function openByteStream(
  address: DirectAddress,
  serial: SerialSettings,
  events: ByteStreamEvents,
  clock: Clock,
  signal: AbortSignal,
): Promise<ByteStream> {
  return address.kind === 'tcp'
    ? openTcpStream(address.host, address.port, events, clock, signal)
    : openSerialStream(address.path, serial, events, signal);
}
