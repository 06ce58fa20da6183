import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connectAsync } from 'mqtt';
import { type CrossingReport, firstCrossing, monotonicMs } from './crossings.js';

/**
 * An instrument whose one value crosses a limit, and a subscriber of the events that come of it, outside the gateway:
 * `crossing-witness MQTT-PORT CROSSINGS HOLD`: a value is held for so many replies at most. Says its Modbus TCP port; crosses after `begin` and says `done`; then says at
 * each line what it saw.
 */
const [mqttPort, crossings, holdMax] = process.argv.slice(2).map(Number) as [number, number, number];
const written: [number, number][] = [];
const heard: [number, string][] = [];
/** Replies come this late at most, so that crossings lie anywhere between the wakings of the gateway. */
const delayMaxMs = 80;

let hasBegun = false;
let isUp = false;
let repliesLeft = 0;

/** The value now, held for some replies; each rise has a number of its own. */
function nextValue(): { readonly value: number; readonly isCrossing: boolean } {
  const isTurn = repliesLeft === 0 && (isUp || (hasBegun && written.length < crossings));
  if (isTurn) {
    isUp = !isUp;
    repliesLeft = 1 + Math.floor(Math.random() * holdMax);
  }
  repliesLeft = Math.max(0, repliesLeft - 1);
  const isCrossing = isTurn && isUp;
  return { value: isUp ? firstCrossing + written.length - (isCrossing ? 0 : 1) : 0, isCrossing };
}

/** Answers one read of two registers (MBAP, function 3) with a float32. */
function answer(socket: Socket, request: Buffer): void {
  const { value, isCrossing } = nextValue();
  const reply = Buffer.alloc(13);
  request.copy(reply, 0, 0, 2);
  reply.writeUInt16BE(7, 4);
  request.copy(reply, 6, 6, 8);
  reply.writeUInt8(4, 8);
  reply.writeFloatBE(value, 9);
  if (isCrossing) written.push([value, monotonicMs()]);
  socket.write(reply);
  if (isCrossing && written.length === crossings) process.stdout.write('done\n');
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (; pending.length >= 12; pending = pending.subarray(12)) {
      const request = pending.subarray(0, 12);
      setTimeout(() => answer(socket, request), Math.random() * delayMaxMs);
    }
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`);
client.on('message', (_, payload) => void heard.push([monotonicMs(), payload.toString()]));
await client.subscribeAsync('+/+/events', { qos: 1 });

function report(): CrossingReport {
  const events = heard.map(([at, text]) => [JSON.parse(text) as { device?: string; value?: number }, at] as const);
  return {
    written,
    heard: events.flatMap(([{ device, value }, at]) => (device === 'crossing' ? [[value ?? 0, at]] : [])),
  };
}

process.stdin.on('data', () => {
  if (hasBegun) process.stdout.write(`${JSON.stringify(report())}\n`);
  hasBegun = true;
});
process.once('SIGTERM', () => process.exit(0));
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
