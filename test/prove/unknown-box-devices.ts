import { type BenchDevice, format, registersAnswerer } from '../support/serial-bench.js';

/** A number as IEEE 754 single precision in two registers, the low word first (CDAB). */
function lowWordFirst(value: number): readonly [number, number] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(2), bytes.readUInt16BE(0)];
}

/** Level in m to the 4…20 mA of its other output, which shows the same in other numbers. */
const currentOf = (levelM: number): number => 4 + (levelM / 10) * 16;

/**
 * A level transmitter that no profile describes. Its paper says `level: 40021, float` and nothing of the order of words, and
 * it is one off: the level begins at register 21 counted from 0, which is 40022.
 */
export class LevelTransmitter {
  readonly unit = 23;
  readonly paper = '40021';
  /** Speed as set in its menu. */
  baud = 4800;
  /** What it measures; its display shows three decimals. */
  levelM = 3.482;

  get display(): string {
    return this.levelM.toFixed(3);
  }

  get device(): BenchDevice {
    return { unit: this.unit, format: format(this.baud), latencyMs: 18, answer: (pdu) => this.#answer(pdu) };
  }

  #answer(pdu: Buffer): Buffer | undefined {
    const settings = [this.unit, this.baud / 100, 0, 1, 3, 1000, 400, 2000];
    const words = [
      ...settings.map((word, n) => [n, word] as const),
      [20, 1] as const,
      ...lowWordFirst(this.levelM).map((word, n) => [21 + n, word] as const),
      ...lowWordFirst(14.6).map((word, n) => [23 + n, word] as const),
      ...lowWordFirst(currentOf(this.levelM)).map((word, n) => [25 + n, word] as const),
    ];
    return registersAnswerer({ 3: new Map(words) })(pdu);
  }
}

/** An XY-MD02 as it leaves the works: unit 1, 9600 8N1; 21.4 °C and 63.5 % in its input registers 1 and 2. */
export const climate: BenchDevice = {
  unit: 1,
  format: format(9600),
  latencyMs: 6,
  answer: registersAnswerer({
    3: new Map([
      [0x0101, 1],
      [0x0102, 0],
    ]),
    4: new Map([
      [1, 214],
      [2, 635],
    ]),
  }),
};
