import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { SerialPort } from 'serialport';
import { type BenchDevice, crc16, rtu } from './serial-bench.js';
import { type CharacterFormat, endOf, hear, type HeardByte, type Transmission } from './uart.js';

/** Bytes with less than this between them are delivered together. */
const gapMs = 15;

/**
 * A two-wire bus behind one end of a pseudo terminal whose other end a command of another process opens. How that set its
 * port stands in a file (see unknown-box-port); devices and wires may be changed while it runs.
 */
export class UnknownBoxBus {
  devices: readonly BenchDevice[];
  /** The box's own A and B are exchanged. */
  isBoxSwapped = false;
  readonly #port: SerialPort;
  readonly #settingsFile: string;
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor(port: SerialPort, settingsFile: string, devices: readonly BenchDevice[]) {
    this.devices = devices;
    this.#port = port;
    this.#settingsFile = settingsFile;
    port.on('data', (bytes: Buffer) => this.#asked(bytes));
  }

  /** `far`: the end of the terminal that is the bus. */
  static async start(far: string, settingsFile: string, devices: readonly BenchDevice[]): Promise<UnknownBoxBus> {
    const port = new SerialPort({ path: far, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    return new UnknownBoxBus(port, settingsFile, devices);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    if (!this.#port.isOpen) return;
    const closed = once(this.#port, 'close');
    this.#port.close();
    await closed;
  }

  #asked(bytes: Buffer): void {
    const box = JSON.parse(readFileSync(this.#settingsFile, 'utf8')) as CharacterFormat;
    const request: Transmission = { fromMs: 0, bytes, format: box, isSwapped: this.isBoxSwapped };
    const endMs = endOf(request);
    const answers = this.devices.flatMap((device) => answerOf(device, request, endMs));
    const heard = hear(answers, { format: box, isSwapped: this.isBoxSwapped });
    // The driver lets go of the line, and the bias of a swapped one is a break.
    this.#deliver(this.isBoxSwapped ? [{ atMs: endMs + 0.1, byte: 0 }, ...heard] : heard);
  }

  #deliver(heard: readonly HeardByte[]): void {
    let group: HeardByte[] = [];
    for (const [n, one] of heard.entries()) {
      group.push(one);
      const next = heard[n + 1];
      if (next && next.atMs - one.atMs <= gapMs) continue;
      this.#later(one.atMs, Buffer.from(group.map(({ byte }) => byte)));
      group = [];
    }
  }

  #later(ms: number, bytes: Buffer): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#port.isOpen) this.#port.write(bytes);
    }, ms);
    this.#timers.add(timer);
  }
}

/** What a device puts on the line when it understands the request as one to itself. */
function answerOf(device: BenchDevice, request: Transmission, endMs: number): Transmission[] {
  const heard = Buffer.from(hear([request], { format: device.format }).map(({ byte }) => byte));
  const isWhole = heard.length >= 4 && crc16(heard.subarray(0, -2)) === heard.readUInt16LE(heard.length - 2);
  const pdu = isWhole && heard[0] === device.unit ? device.answer(heard.subarray(1, -2)) : undefined;
  if (!pdu) return [];
  return [{ fromMs: endMs + (device.latencyMs ?? 3), bytes: rtu(device.unit, pdu), format: device.format }];
}
