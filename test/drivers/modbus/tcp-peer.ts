import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A read as it arrived. */
export interface PeerRequest {
  readonly id: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly start: number;
  readonly count: number;
}

export interface TcpPeer {
  readonly port: number;
  readonly requests: readonly PeerRequest[];
  readonly sockets: ReadonlySet<Socket>;
  /** Connections made so far. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** A frame of Modbus TCP; `length` where it shall lie. */
export function tcpFrame(
  id: number,
  unit: number,
  pdu: readonly number[],
  of: { length?: number; protocol?: number } = {},
): Buffer {
  const frame = Buffer.alloc(7 + pdu.length);
  frame.writeUInt16BE(id, 0);
  frame.writeUInt16BE(of.protocol ?? 0, 2);
  frame.writeUInt16BE(of.length ?? pdu.length + 1, 4);
  frame.writeUInt8(unit, 6);
  frame.set(pdu, 7);
  return frame;
}

/** Register n holds `first + n`, bit n is set where n is even. */
export function readAnswer({ functionCode, start, count }: PeerRequest, first = 0): number[] {
  if (functionCode <= 2) {
    const bytes = Array.from({ length: (count + 7) >> 3 }, () => 0);
    for (let n = 0; n < count; n += 1)
      if ((start + n) % 2 === 0) bytes[n >> 3] = (bytes[n >> 3] as number) | (1 << (n & 7));
    return [functionCode, bytes.length, ...bytes];
  }
  const values = Array.from({ length: count }, (_, n) => (first + start + n) & 0xffff);
  return [functionCode, count * 2, ...values.flatMap((value) => [value >> 8, value & 0xff])];
}

/** A Modbus TCP server that answers as the script says, each request in turn. */
export async function startTcpPeer(script: (request: PeerRequest, socket: Socket) => void): Promise<TcpPeer> {
  const requests: PeerRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    let buffered = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      buffered = Buffer.concat([buffered, chunk]);
      for (; buffered.length >= 12; buffered = buffered.subarray(12)) {
        const request = {
          id: buffered.readUInt16BE(0),
          unit: buffered.readUInt8(6),
          functionCode: buffered.readUInt8(7),
          start: buffered.readUInt16BE(8),
          count: buffered.readUInt16BE(10),
        };
        requests.push(request);
        script(request, socket);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    sockets,
    get connections() {
      return connections;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
