import { type Clock, type Log, NotConnected } from '../../gateway/contract/index.js';
import { type AwaitedStation, DialInPort } from './dial-in-port.js';
import { type DialInAddress, formatStreamAddress } from './stream-address.js';

/** A link's place at a port where its DTU dials in. */
export interface Seat {
  readonly port: DialInPort;
  /** The last one to leave closes the port; resolves when that is done. */
  leave(): Promise<void>;
}

interface Shared {
  readonly address: DialInAddress;
  readonly opened: Promise<DialInPort>;
  seats: number;
  /** Set while the last has left and the port is not closed yet. */
  closing: Promise<void> | undefined;
}

/** The ports of this process where DTUs dial in. A port is open as long as a link has a seat at it, and no longer. */
export class DialInPorts {
  readonly #shared = new Map<string, Shared>();

  /** A seat for a link; the first opens the port. Rejects with `NotConnected`. */
  async join(address: DialInAddress, station: AwaitedStation, clock: Clock, log: Log): Promise<Seat> {
    const key = formatStreamAddress(address);
    let shared = this.#shared.get(key);
    while (shared?.closing) {
      await shared.closing;
      shared = this.#shared.get(key);
    }
    if (!shared) {
      shared = { address, opened: DialInPort.open({ address, clock, log }), seats: 0, closing: undefined };
      this.#shared.set(key, shared);
    }
    const joined = shared;
    joined.seats += 1;
    try {
      const port = await joined.opened.catch((error: unknown) => {
        throw this.#withNeighbour(address, error);
      });
      port.admit(station);
      const leave = (): Promise<void> => {
        port.dismiss(station);
        return this.#leave(key, joined);
      };
      return { port, leave };
    } catch (error) {
      await this.#leave(key, joined);
      throw error;
    }
  }

  async #leave(key: string, shared: Shared): Promise<void> {
    shared.seats -= 1;
    if (shared.seats > 0) return;
    shared.closing = shared.opened.then(
      (port) => port.close(),
      () => undefined,
    );
    await shared.closing;
    this.#shared.delete(key);
  }

  /** Two links that write one port with different hosts get in each other's way. */
  #withNeighbour(address: DialInAddress, error: unknown): unknown {
    const neighbour = [...this.#shared.values()].find(
      (one) => one.address.port === address.port && one.address.host !== address.host,
    );
    if (!neighbour || !(error instanceof NotConnected)) return error;
    const theirs = formatStreamAddress(neighbour.address);
    const message = `${error.message}; another link of this gateway listens on ${theirs}: write the same host in both`;
    return new NotConnected(message, { cause: error });
  }
}

/** Every link of this process is in it: two of them may share a port without knowing of one another. */
export const dialInPorts = new DialInPorts();
