import type { DeviceFault } from '../../gateway/contract/index.js';
import type { Arrival, DeclaredMessage } from './declared-message.js';

/** What one read got of each message it wanted; a message that is missing has nothing new yet. */
export type Receipt = ReadonlyMap<DeclaredMessage, Arrival | DeviceFault>;

/** Where messages come from: a line that is asked, or one that is listened to. */
export interface MessageLine {
  connect(signal: AbortSignal): Promise<void>;
  /** `reader` names who reads: the same message is never given to one reader twice. Rejects with `NotConnected`. */
  receive(messages: readonly DeclaredMessage[], reader: string, signal: AbortSignal): Promise<Receipt>;
  counters(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Hears each message that comes, whether or not it is read. */
export type Heard = (message: DeclaredMessage, arrival: Arrival) => void;
