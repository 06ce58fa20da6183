import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface NarrowBroker {
  readonly port: number;
  /** Publications received, and the most that were without their acknowledgement at one time. */
  readonly publications: number;
  readonly mostWaiting: number;
  stop(): void;
}

const [connect, publish] = [1, 3];

/** One packet at the start of the bytes: its type, its body, and where the next begins (MQTT 5 §2.1). */
function readPacket(bytes: Buffer): { type: number; body: Buffer; next: number } | undefined {
  let length = 0;
  for (let at = 1, shift = 0; at < bytes.length; at++, shift += 7) {
    const byte = bytes[at] as number;
    length |= (byte & 0x7f) << shift;
    if (byte & 0x80) continue;
    const next = at + 1 + length;
    return next <= bytes.length
      ? { type: (bytes[0] as number) >> 4, body: bytes.subarray(at + 1, next), next }
      : undefined;
  }
  return undefined;
}

/** An MQTT 5 broker that announces a Receive Maximum and acknowledges only when nothing more comes. */
export async function startNarrowBroker(receiveMaximum: number): Promise<NarrowBroker> {
  let [publications, mostWaiting] = [0, 0];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    const waiting: number[] = [];
    const acknowledge = () => {
      for (const id of waiting.splice(0)) socket.write(Buffer.of(0x40, 2, id >> 8, id & 0xff));
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let packet = readPacket(bytes); packet; packet = readPacket(bytes)) {
        bytes = bytes.subarray(packet.next);
        if (packet.type === connect)
          socket.write(Buffer.of(0x20, 6, 0, 0, 3, 0x21, receiveMaximum >> 8, receiveMaximum & 0xff));
        if (packet.type !== publish) continue;
        publications += 1;
        waiting.push(packet.body.readUInt16BE(2 + packet.body.readUInt16BE(0)));
        mostWaiting = Math.max(mostWaiting, waiting.length);
        setTimeout(acknowledge, 5);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get publications() {
      return publications;
    },
    get mostWaiting() {
      return mostWaiting;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
