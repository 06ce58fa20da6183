import type { SerialPort } from 'serialport';
import type { Channel, ChannelEvents, Port } from './channel.js';
import type { WireSpec } from './wire-time.js';

/** A serial port or pseudo terminal; one channel for as long as it is open. */
export class SerialLinePort implements Port {
  readonly #path: string;
  readonly #wire: WireSpec | undefined;
  #port: SerialPort | undefined;

  constructor(path: string, wire: WireSpec | undefined) {
    this.#path = path;
    this.#wire = wire;
  }

  async open(events: ChannelEvents): Promise<string> {
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({
      path: this.#path,
      baudRate: this.#wire?.baud ?? 9600,
      dataBits: this.#wire?.dataBits ?? 8,
      parity: this.#wire?.parity ?? 'none',
      stopBits: this.#wire?.stopBits ?? 1,
      autoOpen: false,
    });
    this.#port = port;
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(error) : resolve()));
    });
    const channel: Channel = {
      get isOpen() {
        return port.isOpen;
      },
      write: (bytes) => {
        port.write(Buffer.from(bytes));
      },
      destroy: () => {},
    };
    port.on('data', (bytes: Buffer) => events.received(channel, bytes));
    port.on('close', () => events.closed(channel));
    // An unplugged line stays silent until the simulator is stopped.
    port.on('error', () => {});
    events.opened(channel);
    return `serial:${this.#path}`;
  }

  async close(): Promise<void> {
    const port = this.#port;
    if (!port?.isOpen) return;
    await new Promise<void>((resolve) => {
      port.close(() => resolve());
    });
  }
}
