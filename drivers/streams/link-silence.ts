import { type DeviceFault, NotConnected, Quality } from '../../gateway/contract/index.js';
import { formatStreamAddress, type StreamAddress } from './stream-address.js';

/** Silences in a row before a connection is made anew. */
const silencesMin = 3;

/**
 * A connection that is open to nobody looks like devices that do not answer. When not one of them does, it is made
 * anew. A serial port has nothing to make anew: there the line itself sees when the port is gone. A DTU that dials in
 * says with its heartbeats that it is there, and when those end too the line is closed: `silentAfter`.
 */
export class LinkSilence {
  readonly #address: StreamAddress;
  readonly #devices: number;
  readonly #silent = new Set<string>();
  #silences = 0;

  constructor(address: StreamAddress, devices: number) {
    this.#address = address;
    this.#devices = devices;
  }

  /** Something came from somebody, or the line was just opened. */
  heard(): void {
    this.#silent.clear();
    this.#silences = 0;
  }

  /** What a fault of this device comes to: itself, or `NotConnected` when every device has been silent. */
  verdict(device: string, fault: DeviceFault): DeviceFault | NotConnected {
    if (fault.answered || fault.quality !== Quality['bad-no-answer']) {
      this.heard();
      return fault;
    }
    this.#silent.add(device);
    this.#silences += 1;
    const isDead = this.#silences >= silencesMin && this.#silent.size >= this.#devices;
    if (!isDead || this.#address.kind !== 'tcp') return fault;
    const where = formatStreamAddress(this.#address);
    const message = `no device answers at ${where}, last asked: ${fault.message}; the connection is made anew`;
    return new NotConnected(message, { cause: fault });
  }
}
