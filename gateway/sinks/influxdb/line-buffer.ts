const firstBytes = 16 * 1024;
const powersOfTen = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
const digit0 = 48;
const minus = 45;
const point = 46;
const unitsMax = 2 ** 31;

/** The fewest decimals, up to six, that write a number exactly; undefined when it needs more digits than that. */
function decimalsOf(value: number): number | undefined {
  for (let decimals = 0; decimals < powersOfTen.length; decimals += 1) {
    const power = powersOfTen[decimals] as number;
    const units = Math.round(value * power);
    if (units >= unitsMax || units <= -unitsMax) return undefined;
    // Both are exact, so the quotient is the number nearest to what is written: reading it gives the same number.
    if (units / power === value) return units === 0 && Object.is(value, -0) ? undefined : decimals;
  }
  return undefined;
}

/** Line protocol under way, as bytes: the strings of a batch would be a third of all that the collector has to look at. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What has been written. Nothing may be added after. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes back what was written behind `length`. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Room for this many bytes more, asked for before `put` and `ascii`. */
  reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  put(bytes: Uint8Array): void {
    for (let n = 0; n < bytes.length; n += 1) this.#bytes[this.#length + n] = bytes[n] as number;
    this.#length += bytes.length;
  }

  /** Digits and signs: written here, because crossing into the runtime for so few costs more. */
  ascii(text: string): void {
    for (let n = 0; n < text.length; n += 1) this.#bytes[this.#length + n] = text.charCodeAt(n);
    this.#length += text.length;
  }

  /**
   * A finite number as `String` writes it. What has few decimals, as most instruments give, is written digit by digit:
   * the runtime keeps the strings it makes of numbers, and they grow old in the heap.
   */
  number(value: number): void {
    const decimals = decimalsOf(value);
    if (decimals === undefined) this.ascii(String(value));
    else this.#decimal(Math.abs(Math.round(value * (powersOfTen[decimals] as number))), decimals, value < 0);
  }

  /** `units` · 10^−`decimals`, both whole and not negative. */
  #decimal(units: number, decimals: number, isNegative: boolean): void {
    const bytes = this.#bytes;
    let digits = 1;
    for (let rest = units; rest >= 10; rest = (rest / 10) | 0) digits += 1;
    digits = Math.max(digits, decimals + 1);
    let at = this.#length;
    if (isNegative) bytes[at++] = minus;
    const end = at + digits + (decimals > 0 ? 1 : 0);
    let rest = units;
    for (let place = 0, to = end - 1; place < digits; place += 1, to -= 1) {
      if (place === decimals && decimals > 0) bytes[to--] = point;
      const tenth = (rest / 10) | 0;
      bytes[to] = digit0 + rest - tenth * 10;
      rest = tenth;
    }
    this.#length = end;
  }

  /** Any text, for what is rare. */
  text(text: string): void {
    this.reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }
}
