import { asciiFraming } from './ascii-framing.js';
import type { Port } from './channel.js';
import type { Framing } from './framing.js';
import { rtuFraming } from './rtu-framing.js';
import { SerialLinePort } from './serial-port.js';
import { tcpFraming } from './tcp-framing.js';
import { TcpPort } from './tcp-port.js';
import type { WireSpec } from './wire-time.js';

const framings = { tcp: tcpFraming, rtu: rtuFraming, ascii: asciiFraming } as const satisfies Record<string, Framing>;

/**
 * How a server is reached: Modbus TCP, or RTU or ASCII over a TCP connection or a serial line. `port` 0 takes a free
 * one; `host` is the loopback when left out.
 */
export type Transport =
  | { readonly kind: 'tcp' | 'rtu-over-tcp' | 'ascii-over-tcp'; readonly host?: string; readonly port: number }
  | { readonly kind: 'rtu' | 'ascii'; readonly path: string };

/** The port and framing of a transport; nothing is opened yet. */
export function openPort(transport: Transport, wire: WireSpec | undefined): { framing: Framing; port: Port } {
  switch (transport.kind) {
    case 'tcp':
      return { framing: framings.tcp, port: new TcpPort(transport.host ?? '127.0.0.1', transport.port) };
    case 'rtu-over-tcp':
      return { framing: framings.rtu, port: new TcpPort(transport.host ?? '127.0.0.1', transport.port) };
    case 'ascii-over-tcp':
      return { framing: framings.ascii, port: new TcpPort(transport.host ?? '127.0.0.1', transport.port) };
    case 'rtu':
      return { framing: framings.rtu, port: new SerialLinePort(transport.path, wire) };
    case 'ascii':
      return { framing: framings.ascii, port: new SerialLinePort(transport.path, wire) };
  }
}
