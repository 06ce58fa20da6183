/** SZY 206-2016 as a station writes and reads it. */

/** What a station confirms with: its count, and the byte of its data. */
export interface Confirmation {
  readonly code: number;
  readonly count: number;
  readonly data: Buffer;
}

/** Division by X8+X7+X6+X5+X2+1 of the bits, the highest first. */
function remainderOf(bytes: Buffer): number {
  const generator = 0x1e5;
  let rest = 0;
  for (const byte of [...bytes, 0]) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      rest = rest * 2 + ((byte >> bit) & 1);
      if (rest >= 0x100) rest ^= generator;
    }
  }
  return rest;
}

export function writeSzyFrame(control: number, address: string, code: number, data: Buffer): Buffer {
  const user = Buffer.concat([Buffer.of(control), Buffer.from(address, 'hex'), Buffer.of(code), data]);
  return Buffer.concat([Buffer.of(0x68, user.length, 0x68), user, Buffer.of(remainderOf(user), 0x16)]);
}

/** Decimal digits of a number, the lowest two first. */
export function lowFirst(value: number, bytes: number, decimals: number): Buffer {
  const digits = String(Math.round(Math.abs(value) * 10 ** decimals)).padStart(bytes * 2, '0');
  const written = Buffer.from(digits, 'hex').reverse();
  if (value < 0) written[bytes - 1] = (written[bytes - 1] as number) | 0xf0;
  return written;
}

/** Takes confirmations of a centre from a stream. */
export class ConfirmationReceiver {
  #pending = Buffer.alloc(0);

  push(bytes: Buffer): Confirmation[] {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const found: Confirmation[] = [];
    while (this.#pending.length >= 2) {
      const length = (this.#pending[1] as number) + 5;
      if (this.#pending[0] !== 0x68) {
        this.#pending = this.#pending.subarray(1);
        continue;
      }
      if (this.#pending.length < length) break;
      const user = this.#pending.subarray(3, length - 2);
      const isWhole = this.#pending[length - 1] === 0x16 && this.#pending[length - 2] === remainderOf(user);
      this.#pending = this.#pending.subarray(isWhole ? length : 1);
      if (!isWhole) continue;
      const [control = 0, code = 0] = [user[0], user[6]];
      found.push({ code, count: (control >> 4) & 3, data: Buffer.from(user.subarray(7)) });
    }
    return found;
  }
}
