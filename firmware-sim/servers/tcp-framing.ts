import { type Framing, RestFramer } from './framing.js';

const headerBytes = 7;
/** Unit and the longest protocol data unit. */
const lengthMax = 254;

/** Modbus Messaging on TCP/IP V1.0b §3.1.3: transaction, protocol 0, length, unit. */
class TcpFramer extends RestFramer {
  protected override cut(rest: Buffer) {
    if (rest.length < headerBytes + 1) return { taken: 0 };
    const length = rest.readUInt16BE(4);
    if (rest.readUInt16BE(2) !== 0 || length < 2 || length > lengthMax) return { taken: 1 };
    const byteCount = 6 + length;
    if (rest.length < byteCount) return { taken: 0 };
    const pdu = rest.subarray(headerBytes, byteCount);
    return {
      taken: byteCount,
      request: { unit: rest.readUInt8(6), pdu, byteCount, transaction: rest.readUInt16BE(0) },
    };
  }
}

export const tcpFraming: Framing = {
  identifies: true,
  framer: () => new TcpFramer(),
  frame(unit, pdu, transaction) {
    const frame = Buffer.alloc(headerBytes + pdu.length);
    frame.writeUInt16BE(transaction, 0);
    frame.writeUInt16BE(pdu.length + 1, 4);
    frame.writeUInt8(unit, 6);
    frame.set(pdu, headerBytes);
    return frame;
  },
};
