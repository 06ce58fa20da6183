/** A frame as a meter takes it from the line: 33H is taken off its data. */
export interface MeterRequest {
  readonly address: string;
  readonly control: number;
  readonly data: readonly number[];
}

/** Takes requests from a stream of bytes, as a meter's receiver does: it waits for a start and gives up on a wrong end. */
export class RequestReceiver {
  #pending: number[] = [];

  push(bytes: Uint8Array): MeterRequest[] {
    this.#pending.push(...bytes);
    const requests: MeterRequest[] = [];
    for (;;) {
      while (this.#pending.length > 0 && this.#pending[0] !== 0x68) this.#pending.shift();
      const length = this.#pending[9];
      if (length === undefined || this.#pending.length < length + 12) return requests;
      const frame = this.#pending.slice(0, length + 12);
      const sum = frame.slice(0, -2).reduce((total, byte) => total + byte, 0) % 256;
      if (frame[7] !== 0x68 || frame.at(-1) !== 0x16 || frame.at(-2) !== sum) {
        this.#pending.shift();
        continue;
      }
      this.#pending.splice(0, frame.length);
      requests.push({
        address: frame.slice(1, 7).toReversed().map(hexByte).join(''),
        control: frame[8] as number,
        data: frame.slice(10, -2).map((byte) => (byte + 256 - 0x33) % 256),
      });
    }
  }
}

/** An answer on the wire, without preamble. */
export function answerFrame(address: string, control: number, data: readonly number[]): Buffer {
  const digits = (address.match(/../g) ?? []).toReversed().map((pair) => Number.parseInt(pair, 16));
  const head = [0x68, ...digits, 0x68, control, data.length, ...data.map((byte) => (byte + 0x33) % 256)];
  return Buffer.from([...head, head.reduce((total, byte) => total + byte, 0) % 256, 0x16]);
}

const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();
