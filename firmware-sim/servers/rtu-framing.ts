import { crc16 } from './crc16.js';
import { type Framing, RestFramer } from './framing.js';
import { requestLength } from './request-length.js';

const endsInCrc = (bytes: Buffer): boolean =>
  bytes.length >= 4 && crc16(bytes.subarray(0, -2)) === bytes.readUInt16LE(bytes.length - 2);

/**
 * Modbus over Serial Line V1.02 §2.5.1: unit, protocol data unit, CRC. Framed by length and CRC, since a stream has no
 * pauses. The length of an unknown function is not known: it is taken for a request when everything at hand ends in a CRC.
 */
class RtuFramer extends RestFramer {
  protected override cut(rest: Buffer) {
    const length = requestLength(rest.subarray(1));
    if (length === undefined) return { taken: 0 };
    const byteCount = length === 0 ? rest.length : 1 + length + 2;
    if (rest.length < byteCount) return { taken: 0 };
    if (!endsInCrc(rest.subarray(0, byteCount))) return { taken: 1 };
    const pdu = rest.subarray(1, byteCount - 2);
    return { taken: byteCount, request: { unit: rest.readUInt8(0), pdu, byteCount, transaction: 0 } };
  }
}

export const rtuFraming: Framing = {
  identifies: false,
  framer: () => new RtuFramer(),
  frame(unit, pdu) {
    const frame = Buffer.alloc(pdu.length + 3);
    frame.writeUInt8(unit, 0);
    frame.set(pdu, 1);
    frame.writeUInt16LE(crc16(frame.subarray(0, pdu.length + 1)), pdu.length + 1);
    return frame;
  },
};
