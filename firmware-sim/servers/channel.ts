/** One conversation: a TCP connection, or a serial line. */
export interface Channel {
  /** False when what is written reaches nobody. */
  readonly isOpen: boolean;
  write(bytes: Uint8Array): void;
  /** Ends it at once, as a lost connection does. Does nothing on a serial line. */
  destroy(): void;
}

/** What happens on a channel, told to the server that owns it. */
export interface ChannelEvents {
  opened(channel: Channel): void;
  received(channel: Channel, bytes: Buffer): void;
  closed(channel: Channel): void;
}

/** Where channels come from. */
export interface Port {
  /** Resolves to the address when channels can come. Rejects with the system's own error. */
  open(events: ChannelEvents): Promise<string>;
  /** Ends every channel; resolves when none is left. */
  close(): Promise<void>;
}
