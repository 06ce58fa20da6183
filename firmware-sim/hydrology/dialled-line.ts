import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { Clock } from '../../gateway/contract/index.js';
import type { Random } from '../random.js';
import type { HydrologyFaults, SentFault } from './hydrology-faults.js';

export interface DialledLineOptions {
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  readonly faults: HydrologyFaults;
  readonly random: Random;
  readonly clock: Clock;
  /** Spoils a message so that only its checksum or its length is wrong. */
  readonly spoil: (message: Buffer, what: 'wrong-checksum' | 'wrong-length') => Buffer;
  readonly received: (bytes: Buffer) => void;
}

/** The modem of one station: dials the centre when there is something to send, and again after a loss. */
export class DialledLine {
  readonly #options: DialledLineOptions;
  #socket: Socket | undefined;

  constructor(options: DialledLineOptions) {
    this.#options = options;
  }

  /** Times it has dialled. */
  dials = 0;

  get isConnected(): boolean {
    return this.#socket !== undefined && !this.#socket.closed;
  }

  /** Resolves when the connection is over, whoever ended it. */
  async ended(): Promise<void> {
    if (this.#socket && !this.#socket.closed) await once(this.#socket, 'close');
  }

  /** Writes one message as the faults will have it. Rejects when the centre cannot be reached. */
  async write(message: Buffer, foreign: Buffer): Promise<void> {
    const { faults, unit, clock, random } = this.#options;
    if (faults.common.isDead(unit)) return;
    const fault = faults.throwForMessage();
    const lateMs = fault?.kind === 'late' ? random.uniform(fault.fromMs, fault.toMs) : 0;
    const waitMs = lateMs + faults.common.slownessMs(unit);
    if (waitMs > 0) await clock.wait(waitMs);
    const socket = await this.#connected();
    for (const bytes of this.#onTheWire(message, foreign, fault)) {
      await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
      // Lets each piece leave by itself.
      await clock.wait(1);
    }
  }

  /** Hangs up; the next message dials again. */
  async hangUp(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket || socket.closed) return;
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
  }

  async #connected(): Promise<Socket> {
    const { host, port, faults, received } = this.#options;
    if (this.#socket?.writable) return this.#socket;
    const socket = createConnection({ host, port, noDelay: true });
    // A reset is an end like any other.
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    this.dials += 1;
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      if (!faults.common.halfOpen) received(bytes);
    });
    return socket;
  }

  #onTheWire(message: Buffer, foreign: Buffer, fault: SentFault | undefined): Buffer[] {
    const { random, spoil } = this.#options;
    switch (fault?.kind) {
      case 'dropped':
      case 'exception':
        return [];
      case 'duplicated':
        return [message, message];
      case 'merged':
        return [Buffer.concat([message, message])];
      case 'truncated':
        return [message.subarray(0, random.whole(1, message.length - 1))];
      case 'garbage':
        return [Buffer.concat([random.bytes(random.whole(1, 40)), message])];
      case 'foreign-frame':
        return [foreign];
      case 'wrong-checksum':
      case 'wrong-length':
        return [spoil(message, fault.kind)];
      case 'split':
        return Array.from(message, (byte) => Buffer.of(byte));
      case 'late':
      case undefined:
        return [message];
    }
  }
}
