/**
 * What carries reads to units: Modbus TCP or a line. One request at a time; the host's queue sees to it.
 */
export interface RegisterBus {
  /** Resolves when requests can be made. Rejects with `NotConnected`, or with the reason `signal` gives. */
  open(signal: AbortSignal): Promise<void>;
  /**
   * The data bytes of one read (function 1–4), without header and checksum. The view is valid until the next request and
   * may be longer than what was asked for. Rejects with `Refusal`, `NoAnswer` or `DamagedAnswer` about this unit, with
   * `NotConnected` when the connection is gone.
   */
  request(
    unit: number,
    functionCode: ReadFunction,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<DataView>;
  /** True when the answer given last may belong to an earlier request: see the line bus. */
  readonly isUncertain: boolean;
  /** Ends the connection; what is pending is rejected with `NotConnected`. May be opened again. */
  close(): Promise<void>;
  counters(): Readonly<Record<string, number>>;
}

/** Read Coils, Read Discrete Inputs, Read Holding Registers, Read Input Registers. */
export type ReadFunction = 1 | 2 | 3 | 4;

export const isBitFunction = (functionCode: number): boolean => functionCode <= 2;

/** Data bytes in the answer to a read. */
export const answerDataBytes = (functionCode: number, count: number): number =>
  isBitFunction(functionCode) ? (count + 7) >> 3 : count * 2;

/** The unit answered with an exception (Modbus Application Protocol V1.1b3 §7). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  constructor(code: number) {
    super(`exception ${code.toString(16).padStart(2, '0').toUpperCase()}: ${exceptionTexts[code] ?? 'unknown'}`);
    this.code = code;
  }
}

/** Nothing came within the time-out. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Something came, but nothing that is a whole and right answer to the request. */
export class DamagedAnswer extends Error {
  override readonly name = 'DamagedAnswer';
}

const exceptionTexts: Readonly<Record<number, string>> = {
  1: 'function not supported',
  2: 'no such address',
  3: 'value not allowed',
  4: 'device failure',
  5: 'accepted, not done yet',
  6: 'busy',
  8: 'memory parity error',
  10: 'gateway has no path to the unit',
  11: 'unit behind the gateway does not answer',
};
