import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { toAscii, fromAscii } from '../../../drivers/modbus/ascii-framing.js';
import { crc16 } from '../../../drivers/modbus/rtu-framing.js';

/** A read as it arrived over the line. */
export interface LineRequest {
  readonly unit: number;
  readonly functionCode: number;
  readonly start: number;
  readonly count: number;
  /** The request frame as RTU has it. */
  readonly frame: Buffer;
}

export interface LinePeer {
  readonly port: number;
  readonly requests: readonly LineRequest[];
  /** Says something unasked. */
  say(bytes: Uint8Array): void;
  /** Resolves when that many requests have come in all. */
  asked(count: number): Promise<void>;
  stop(): Promise<void>;
}

export function rtuFrame(...bytes: readonly number[]): Buffer {
  const crc = crc16(Uint8Array.from(bytes));
  return Buffer.from([...bytes, crc & 0xff, crc >> 8]);
}

/** Register n holds `first + n`. */
export function registersAnswer({ unit, functionCode, start, count }: LineRequest, first = 0): Buffer {
  const values = Array.from({ length: count }, (_, n) => (first + start + n) & 0xffff);
  return rtuFrame(unit, functionCode, count * 2, ...values.flatMap((value) => [value >> 8, value & 0xff]));
}

/** A line behind a serial server, played by a script: it is given each request and what it writes is on the line. */
export async function startLinePeer(
  script: (request: LineRequest, say: (bytes: Uint8Array) => void, index: number) => void,
  framing: 'rtu' | 'ascii' = 'rtu',
): Promise<LinePeer> {
  const requests: LineRequest[] = [];
  const sockets = new Set<Socket>();
  let arrived: () => void = () => undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const say = (bytes: Uint8Array): void => void socket.write(framing === 'ascii' ? toAscii(bytes) : bytes);
    socket.on('data', (chunk) => {
      // The driver writes a request in one piece, and never the next before this one is over.
      const frame = Buffer.from(framing === 'ascii' ? (fromAscii(chunk) ?? []) : chunk);
      if (frame.length !== 8) throw new Error(`no request: ${chunk.toString('hex')}`);
      const request = {
        unit: frame.readUInt8(0),
        functionCode: frame.readUInt8(1),
        start: frame.readUInt16BE(2),
        count: frame.readUInt16BE(4),
        frame,
      };
      requests.push(request);
      script(request, say, requests.length - 1);
      arrived();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    say: (bytes) => {
      for (const socket of sockets) socket.write(bytes);
    },
    asked: (count) =>
      new Promise((resolve) => {
        arrived = () => {
          if (requests.length >= count) resolve();
        };
        arrived();
      }),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
