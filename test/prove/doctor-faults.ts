import { constants } from 'node:fs';
import { chmod, open as openFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FindingKind, OpenLine, Subject } from '../../drivers/modbus/index.js';
import {
  type BenchDevice,
  type BenchOptions,
  format,
  registersAnswerer,
  registersFrom,
  rtu,
  SerialBench,
} from '../support/serial-bench.js';
import { startPtyPair } from './pty-pair.js';

/** What is wrong with a link, played for as long as it is looked at. */
export interface InjectedFault {
  readonly name: string;
  /** What the doctor must say; more than one where a fault shows itself in several true ways. */
  readonly expected: readonly FindingKind[];
  /** Resolves to the link as the site file has it. */
  readonly play: (folder: string) => Promise<PlayedFault>;
}

export interface PlayedFault {
  readonly subject: Subject;
  readonly open?: OpenLine;
  readonly holders?: readonly string[];
  readonly stop: () => Promise<void>;
}

const serial = { ...format(9600), rs485: 'none' as const };
const unit = 7;
const registers = registersFrom(0, 235, 612, 1, 9600, 4, 0, 0, 0, 0, 0);
const answer = registersAnswerer({ 3: registers });
const device: BenchDevice = { unit, format: format(9600), answer };

const readOf = (functionCode: 3 | 4 = 3, start = 0, count = 2) => ({
  name: 'sensor',
  read: { unit, functionCode, start, count },
});

const subjectAt = (address: Subject['address'], more: Partial<Subject> = {}): Subject => ({
  address,
  framing: 'rtu',
  serial,
  timeoutMs: 200,
  expectsEcho: false,
  units: [readOf()],
  ...more,
});

type Then = (bench: SerialBench) => void;

/** A fault of a serial line: a bench wired and set like this. */
const onLine = (
  name: string,
  expected: FindingKind | readonly FindingKind[],
  options: BenchOptions,
  more: Partial<Subject> = {},
  then: Then = () => undefined,
): InjectedFault => ({
  name,
  expected: [expected].flat(),
  play: async (folder) => {
    const pair = await startPtyPair(folder, name.replaceAll(/\W+/g, '-'));
    const bench = await SerialBench.start(pair.far, options);
    let isFirst = true;
    return {
      subject: subjectAt({ kind: 'serial', path: pair.near }, more),
      open: async (...of) => {
        const stream = await bench.open(...of);
        if (isFirst) then(bench);
        isFirst = false;
        return stream;
      },
      stop: async () => {
        await bench.stop();
        await pair.stop();
      },
    };
  },
});

/** A fault of a serial port, looked at through the port itself. */
const atPort = (
  name: string,
  expected: FindingKind,
  prepare: (path: string) => Promise<() => Promise<void>>,
  holders: readonly string[] = [],
): InjectedFault => ({
  name,
  expected: [expected],
  play: async (folder) => {
    const path = join(folder, name.replaceAll(/\W+/g, '-'));
    const undo = await prepare(path);
    return { subject: subjectAt({ kind: 'serial', path }), holders, stop: undo };
  },
});

async function listening(
  talk: (socket: Socket) => void,
): Promise<{ server: Server; port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, sockets };
}

/** A fault of something that listens on TCP. */
const onTcp = (
  name: string,
  expected: FindingKind,
  framing: 'tcp' | 'rtu',
  talk: (socket: Socket) => void,
): InjectedFault => ({
  name,
  expected: [expected],
  play: async () => {
    const { server, port, sockets } = await listening(talk);
    return {
      subject: subjectAt({ kind: 'tcp', host: '127.0.0.1', port }, { framing }),
      stop: async () => {
        for (const socket of sockets) socket.destroy();
        server.close();
        await once(server, 'close');
      },
    };
  },
});

const atHost = (name: string, expected: FindingKind, host: string, port: number): InjectedFault => ({
  name,
  expected: [expected],
  play: async () => ({
    subject: subjectAt({ kind: 'tcp', host, port }, { framing: 'tcp' }),
    stop: async () => undefined,
  }),
});

/** Modbus TCP with these answers; anything else than a header it can follow ends the connection. */
const mbapServer =
  (reply: (pdu: Buffer, id: number) => Buffer | undefined) =>
  (socket: Socket): void => {
    socket.on('data', (bytes) => {
      const length = bytes.length >= 8 ? bytes.readUInt16BE(4) : 0;
      if (length < 6 || bytes.readUInt16BE(2) !== 0 || bytes.length !== length + 6) return void socket.destroy();
      const pdu = reply(bytes.subarray(7), bytes.readUInt8(6));
      if (!pdu) return;
      const header = Buffer.from(bytes.subarray(0, 7));
      header.writeUInt16BE(pdu.length + 1, 4);
      socket.write(Buffer.concat([header, pdu]));
    });
  };

const rtuServer = (socket: Socket): void => {
  socket.on('data', (bytes) => {
    const pdu = bytes[0] === unit && bytes.length === 8 ? answer(bytes.subarray(1, -2)) : undefined;
    if (pdu) socket.write(rtu(unit, pdu));
  });
};

const damaged = (frame: Buffer): Buffer => {
  const spoilt = Buffer.from(frame);
  spoilt.writeUInt8(spoilt.readUInt8(4) ^ 0x10, 4);
  return spoilt;
};

/** A master that polls unit 3 and is answered, twice a second. */
const otherMaster = (): Uint8Array =>
  Buffer.concat([rtu(3, Buffer.from([3, 0, 0, 0, 2])), rtu(3, Buffer.from([3, 4, 0, 1, 0, 2]))]);

const noise = (): Uint8Array => Uint8Array.of(0x91, 0x2f, 0xe3, 0x07, 0xb8);
const nothing = async (): Promise<void> => undefined;

/** Every fault of wiring and setting that the doctor tells apart. */
export const injectedFaults: readonly InjectedFault[] = [
  onLine('the device has no power', 'no-answer', { devices: [] }),
  onLine('damaged answers', 'crc-errors', {
    devices: [{ ...device, spoil: (frame, n) => (n % 2 === 0 ? damaged(frame) : frame) }],
  }),
  onLine('echo of the adapter', 'echo', { devices: [device], hasEcho: true }),
  onLine('device at 4800', 'wrong-speed', { devices: [{ ...device, format: format(4800) }] }),
  onLine('device at 19200 8E1', 'wrong-speed', { devices: [{ ...device, format: format(19_200, 'even') }] }),
  onLine('device with even parity', 'wrong-parity', { devices: [{ ...device, format: format(9600, 'even') }] }),
  onLine('A and B swapped at the gateway', 'swapped-wires', { devices: [device], isGatewaySwapped: true }),
  onLine('receive pair swapped', 'swapped-wires', { devices: [{ ...device, isSenderSwapped: true }] }),
  onLine('two units with one address, one after the other', 'double-address', {
    devices: [device, { ...device, latencyMs: 25, answer: registersAnswerer({ 3: registersFrom(0, 7, 8, 9) }) }],
  }),
  onLine('two units with one address at the same time', 'double-address', {
    devices: [device, { ...device, latencyMs: 6.5, answer: registersAnswerer({ 3: registersFrom(0, 7, 8, 9) }) }],
  }),
  onLine('slow device', 'slow', { devices: [{ ...device, latencyMs: 450 }] }),
  onLine('another unit id at the device', 'wrong-unit', { devices: [{ ...device, unit: 2 }] }),
  onLine('function 04 asked for', 'wrong-function', { devices: [device] }, { units: [readOf(4)] }),
  onLine('register that is not there', 'wrong-address', { devices: [device] }, { units: [readOf(3, 400)] }),
  onLine('device busy', 'busy', {
    devices: [{ ...device, answer: (pdu) => Buffer.from([pdu.readUInt8(0) | 0x80, 6]) }],
  }),
  onLine('another master', 'master-on-bus', { devices: [device] }, {}, (bench) =>
    bench.say(otherMaster, format(9600), 500),
  ),
  onLine('another master at another speed', 'master-on-bus', { devices: [device] }, {}, (bench) =>
    bench.say(otherMaster, format(19_200), 300),
  ),
  onLine('noise bursts', 'noise', { devices: [device] }, {}, (bench) => bench.say(noise, format(9600), 170)),
  onLine('answers cut short', 'cut-answers', { devices: [{ ...device, spoil: (frame) => frame.subarray(0, 5) }] }),
  onLine('loose contact', 'now-and-then', {
    devices: [{ ...device, spoil: (frame, n) => (n % 3 === 2 ? Buffer.alloc(0) : frame) }],
  }),
  atPort('port missing', 'port-missing', async () => nothing),
  atPort('port of another group', 'permission-denied', async (path) => {
    await (await openFile(path, constants.O_CREAT | constants.O_WRONLY)).close();
    await chmod(path, 0o600);
    if (process.getuid?.() !== 0) {
      await chmod(path, 0);
      return nothing;
    }
    process.seteuid?.(65_534);
    return async () => process.seteuid?.(0);
  }),
  {
    name: 'port in use',
    expected: ['port-in-use'],
    play: async (folder) => {
      const pair = await startPtyPair(folder, 'used');
      const bench = await SerialBench.start(pair.near, { devices: [] });
      return {
        subject: subjectAt({ kind: 'serial', path: pair.near }),
        stop: async () => {
          await bench.stop();
          await pair.stop();
        },
      };
    },
  },
  atHost('nobody listens', 'refused', '127.0.0.1', 1),
  atHost('no route', 'unreachable', '255.255.255.255', 502),
  atHost('name that is not known', 'unknown-host', 'nosuch.invalid', 502),
  onTcp('takes connections and is silent', 'tcp-silent', 'tcp', () => undefined),
  onTcp('RTU where Modbus TCP is expected', 'framing-is-rtu', 'tcp', rtuServer),
  onTcp('Modbus TCP where RTU is expected', 'framing-is-tcp', 'rtu', mbapServer(answer)),
  onTcp(
    'unit behind a gateway is silent',
    'behind-gateway',
    'tcp',
    mbapServer((pdu) => Buffer.from([pdu.readUInt8(0) | 0x80, 11])),
  ),
  onTcp('connection that does not last', 'flapping', 'tcp', (socket) => socket.on('data', () => socket.destroy())),
];

/** A link on which nothing is wrong: what it must not be told. */
export const healthyLink = onLine('nothing wrong', 'healthy', { devices: [device] });
