import { type Framing, RestFramer } from './framing.js';

const colon = 0x3a;
/** Characters of the longest frame; what grows beyond it is none. */
const frameMax = 513;

/** The two's complement of the sum of all bytes (Modbus over Serial Line V1.02 §6.2.1). */
function lrc(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

/** Modbus over Serial Line V1.02 §2.5.2: colon, hex digits, LRC, carriage return and line feed. */
class AsciiFramer extends RestFramer {
  protected override cut(rest: Buffer) {
    if (rest.length === 0) return { taken: 0 };
    const start = rest.indexOf(colon);
    if (start !== 0) return { taken: start === -1 ? rest.length : start };
    const end = rest.indexOf('\r\n');
    if (end === -1) return { taken: rest.length > frameMax ? 1 : 0 };
    const bytes = Buffer.from(rest.toString('latin1', 1, end), 'hex');
    const isWhole = bytes.length >= 3 && bytes.length * 2 === end - 1;
    if (!isWhole || lrc(bytes.subarray(0, -1)) !== bytes.at(-1)) return { taken: 1 };
    return {
      taken: end + 2,
      request: { unit: bytes.readUInt8(0), pdu: bytes.subarray(1, -1), byteCount: end + 2, transaction: 0 },
    };
  }
}

export const asciiFraming: Framing = {
  identifies: false,
  framer: () => new AsciiFramer(),
  frame(unit, pdu) {
    const bytes = Buffer.from([unit, ...pdu]);
    const digits = Buffer.from([...bytes, lrc(bytes)])
      .toString('hex')
      .toUpperCase();
    return Buffer.from(`:${digits}\r\n`, 'latin1');
  },
};
