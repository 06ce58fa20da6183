/** The speed of a serial line. Left out, nothing takes time. */
export interface WireSpec {
  readonly baud: number;
  readonly dataBits?: 7 | 8;
  readonly parity?: 'none' | 'even' | 'odd';
  readonly stopBits?: 1 | 2;
  /** From a request's last byte to its answer's first, ms; 3.5 characters when left out. */
  readonly turnaroundMs?: number;
}

/** Bits one character takes: start, data, parity and stop. */
function bitsPerCharacter(wire: WireSpec): number {
  return (
    1 + (wire.dataBits ?? 8) + (wire.parity === undefined || wire.parity === 'none' ? 0 : 1) + (wire.stopBits ?? 1)
  );
}

/** ms that many bytes take on this wire. */
export function transmissionMs(wire: WireSpec | undefined, byteCount: number): number {
  return wire ? (byteCount * bitsPerCharacter(wire) * 1000) / wire.baud : 0;
}

/** ms between the last byte of a request and the first of its answer (Modbus over Serial Line V1.02 §2.5.1.1: t3.5). */
export function turnaroundMs(wire: WireSpec | undefined): number {
  return wire ? (wire.turnaroundMs ?? transmissionMs(wire, 3.5)) : 0;
}
