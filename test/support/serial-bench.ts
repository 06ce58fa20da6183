import { once } from 'node:events';
import { SerialPort } from 'serialport';
import { openByteStream } from '../../drivers/streams/index.js';
import type { OpenLine } from '../../drivers/modbus/index.js';
import { type CharacterFormat, endOf, hear, type HeardByte, type Transmission } from './uart.js';

/** Answers the protocol data unit of a request; undefined: stays silent. */
export type Answerer = (pdu: Buffer) => Buffer | undefined;

/** One device on the bench: how it is set, how it is wired, what it says. */
export interface BenchDevice {
  readonly unit: number;
  readonly format: CharacterFormat;
  readonly answer: Answerer;
  /** ms from the end of a request to the first bit of the answer. */
  readonly latencyMs?: number;
  readonly isSwapped?: boolean;
  /** Its sender alone is swapped, as in a four-wire cable. */
  readonly isSenderSwapped?: boolean;
  /** What happens to its answer on the way, as bytes. */
  readonly spoil?: (frame: Buffer, index: number) => Buffer;
}

export interface BenchOptions {
  readonly devices: readonly BenchDevice[];
  /** The gateway's own A and B are swapped. */
  readonly isGatewaySwapped?: boolean;
  /** The gateway's adapter gives back what it sends. */
  readonly hasEcho?: boolean;
}

export const format = (
  baud: number,
  parity: CharacterFormat['parity'] = 'none',
  stopBits: 1 | 2 = 1,
): CharacterFormat => ({ baud, parity, dataBits: 8, stopBits });

export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

export const rtu = (unit: number, pdu: Uint8Array): Buffer => {
  const body = Buffer.from([unit, ...pdu]);
  const crc = crc16(body);
  return Buffer.concat([body, Buffer.from([crc & 0xff, crc >> 8])]);
};

/** A unit with these registers: anything else is exception 2, another function exception 1. */
export const registersAnswerer =
  (tables: Partial<Record<3 | 4, ReadonlyMap<number, number>>>): Answerer =>
  (pdu) => {
    const [code, start, count] = [pdu.readUInt8(0), pdu.readUInt16BE(1), pdu.readUInt16BE(3)];
    const words = tables[code as 3 | 4];
    if (!words) return Buffer.from([code | 0x80, 1]);
    const values = Array.from({ length: count }, (_, n) => words.get(start + n));
    if (values.includes(undefined)) return Buffer.from([code | 0x80, 2]);
    return Buffer.from([code, count * 2, ...values.flatMap((word = 0) => [word >> 8, word & 0xff])]);
  };

/** Registers from an address on. */
export const registersFrom = (start: number, ...words: readonly number[]): ReadonlyMap<number, number> =>
  new Map(words.map((word, n) => [start + n, word]));

/**
 * A two-wire bus behind one end of a pseudo terminal. The terminal keeps neither speed nor parity, so the opener that
 * `open` is tells the bench how the gateway set its port; from there on every bit is as a line would carry it.
 */
export class SerialBench {
  readonly #options: BenchOptions;
  readonly #port: SerialPort;
  readonly #timers = new Set<NodeJS.Timeout>();
  #gateway: CharacterFormat = format(9600);
  #answers = 0;
  /** Requests that the bench saw, in all. */
  requests = 0;

  private constructor(options: BenchOptions, port: SerialPort) {
    this.#options = options;
    this.#port = port;
    port.on('data', (bytes: Buffer) => this.#asked(bytes));
  }

  /** `far`: the end of the terminal that is the bus. */
  static async start(far: string, options: BenchOptions): Promise<SerialBench> {
    const port = new SerialPort({ path: far, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    return new SerialBench(options, port);
  }

  /** The test-only port: opens the terminal and tells the bench what the gateway has set. */
  readonly open: OpenLine = async (address, serial, events, clock, signal) => {
    const stream = await openByteStream(address, serial, events, clock, signal);
    this.#gateway = serial;
    // The idle line looks like a break from the wrong side.
    if (this.#options.isGatewaySwapped) this.#deliver([{ atMs: 1, byte: 0 }]);
    return stream;
  };

  /** Somebody on the bus says something unasked, now and then each `everyMs`. */
  say(bytes: () => Uint8Array, spoken: CharacterFormat, everyMs = 0): void {
    const transmit = (): void => this.#deliver(this.#heardByGateway([{ fromMs: 0, bytes: bytes(), format: spoken }]));
    transmit();
    if (everyMs > 0) this.#timers.add(setInterval(transmit, everyMs));
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    if (!this.#port.isOpen) return;
    const closed = once(this.#port, 'close');
    this.#port.close();
    await closed;
  }

  #asked(bytes: Buffer): void {
    this.requests += 1;
    const { devices, isGatewaySwapped = false, hasEcho = false } = this.#options;
    const request: Transmission = { fromMs: 0, bytes, format: this.#gateway, isSwapped: isGatewaySwapped };
    const endMs = endOf(request);
    const answers = devices.flatMap((device) => this.#answerOf(device, request, endMs));
    const heard = this.#heardByGateway(answers);
    const echo = hasEcho ? [...bytes].map((byte) => ({ atMs: endMs, byte })) : [];
    // The driver lets go of the line, and the bias of a swapped one is a break.
    const letGo = isGatewaySwapped ? [{ atMs: endMs + 0.1, byte: 0 }] : [];
    this.#deliver([...echo, ...letGo, ...heard]);
  }

  #answerOf(device: BenchDevice, request: Transmission, endMs: number): Transmission[] {
    const ear = { format: device.format, isSwapped: device.isSwapped ?? false };
    const heard = Buffer.from(hear([request], ear).map(({ byte }) => byte));
    const isWhole = heard.length >= 4 && crc16(heard.subarray(0, -2)) === heard.readUInt16LE(heard.length - 2);
    if (!isWhole || heard[0] !== device.unit) return [];
    const pdu = device.answer(heard.subarray(1, -2));
    if (!pdu) return [];
    this.#answers += 1;
    const frame = rtu(device.unit, pdu);
    const isSwapped = (device.isSwapped ?? false) !== (device.isSenderSwapped ?? false);
    const bytes = device.spoil?.(frame, this.#answers) ?? frame;
    return [{ fromMs: endMs + (device.latencyMs ?? 3), bytes, format: device.format, isSwapped }];
  }

  #heardByGateway(transmissions: readonly Transmission[]): HeardByte[] {
    return hear(transmissions, { format: this.#gateway, isSwapped: this.#options.isGatewaySwapped ?? false });
  }

  /** Bytes that come close together are delivered together, when the last of them has come. */
  #deliver(heard: readonly HeardByte[]): void {
    let group: HeardByte[] = [];
    const flush = (): void => {
      const bytes = Buffer.from(group.map(({ byte }) => byte));
      const atMs = group.at(-1)?.atMs ?? 0;
      if (bytes.length > 0) this.#later(atMs, () => this.#port.isOpen && this.#port.write(bytes));
      group = [];
    };
    for (const one of heard.toSorted((a, b) => a.atMs - b.atMs)) {
      if (one.atMs - (group.at(-1)?.atMs ?? one.atMs) > 15) flush();
      group.push(one);
    }
    flush();
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }
}
