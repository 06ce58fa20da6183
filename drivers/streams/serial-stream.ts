import type { SerialPort } from 'serialport';
import { NotConnected } from '../../gateway/contract/index.js';
import type { ByteStream, ByteStreamEvents } from './byte-stream.js';
import { describeSerialPorts, exists, listSerialPorts } from './serial-ports.js';
import type { SerialSettings } from './serial-settings.js';

/** A serial port of this box, locked against others. Its library is loaded when the first one is opened. */
export async function openSerialStream(
  path: string,
  serial: SerialSettings,
  events: ByteStreamEvents,
  signal: AbortSignal,
): Promise<ByteStream> {
  if (!(await exists(path))) {
    throw new NotConnected(`there is no ${path}; ${describeSerialPorts(await listSerialPorts())}`);
  }
  const { SerialPort: Port } = await import('serialport');
  signal.throwIfAborted();
  const { baud: baudRate, parity, dataBits, stopBits } = serial;
  const port = new Port({ path, baudRate, parity, dataBits, stopBits, autoOpen: false });
  await openPort(port, path);
  return new SerialStream(port, serial.rs485 === 'rts', events);
}

function openPort(port: SerialPort, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    port.open((cause) => {
      if (!cause) return resolve();
      const hint = /lock/i.test(cause.message)
        ? 'another program holds it'
        : 'check that this user may use it (group dialout) and that the speed is one it has';
      reject(new NotConnected(`cannot open ${path}: ${cause.message}; ${hint}`, { cause }));
    });
  });
}

class SerialStream implements ByteStream {
  readonly #port: SerialPort;
  readonly #hasRts: boolean;
  #isOpen = true;

  constructor(port: SerialPort, hasRts: boolean, events: ByteStreamEvents) {
    this.#port = port;
    this.#hasRts = hasRts;
    const lost = (why: string): void => {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      events.lost(why);
    };
    port.on('data', (bytes: Buffer) => events.received(bytes));
    port.on('error', (error) => lost(error.message));
    port.on('close', (error: Error | null) => lost(error?.message ?? 'the port was closed'));
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#hasRts) await this.#setRts(true);
    await new Promise<void>((resolve) => this.#port.write(Buffer.from(bytes), () => resolve()));
    await new Promise<void>((resolve) => this.#port.drain(() => resolve()));
    if (this.#hasRts) await this.#setRts(false);
  }

  async isGone(): Promise<boolean> {
    return !this.#port.isOpen || !(await exists(this.#port.path));
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    if (!this.#port.isOpen) return;
    await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }

  /** A port without modem lines refuses; the transceiver then switches itself or nothing leaves, and time-outs tell. */
  #setRts(rts: boolean): Promise<void> {
    return new Promise((resolve) => this.#port.set({ rts }, () => resolve()));
  }
}
