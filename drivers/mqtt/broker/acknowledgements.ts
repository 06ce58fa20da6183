/** PUBACK with its packet identifier alone; MQTT 3.1.1 §3.4, and MQTT 5 §3.4.2.1, where it means success. */
const puback = [0x40, 2] as const;

/** What the library is told of a message: it sends no PUBACK of its own for one that is not dealt with yet. */
export const acknowledgedLater = new Error('acknowledged when it is on disk');

export interface AcknowledgementsOptions {
  /** To the broker, between two packets of the library. */
  readonly write: (bytes: Uint8Array) => void;
  /** A message could not be stored: it is not acknowledged, and the broker sends it again over the next connection alone. */
  readonly refused: () => void;
}

/**
 * Acknowledgements of messages of QoS 1 that wait for the disk, in the order of the messages (MQTT 3.1.1 §4.6). As many
 * wait as the broker hands out at a time: 65,535 at most, for there are no more packet identifiers; each holds its
 * identifier and nothing of the message.
 */
export class Acknowledgements {
  readonly #options: AcknowledgementsOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: AcknowledgementsOptions) {
    this.#options = options;
  }

  give(packet: number, kept: Promise<void>): void {
    const { write, refused } = this.#options;
    // Those before it are waited for first.
    kept.catch(() => undefined);
    this.#last = this.#last
      .then(() => kept)
      .then(() => write(Buffer.of(...puback, packet >> 8, packet & 0xff)), refused);
  }
}
