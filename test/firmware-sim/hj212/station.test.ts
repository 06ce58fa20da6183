import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { crcOf, OrderReceiver, packed, utcFrom } from '../../../firmware-sim/hj212/codec.js';
import { Hj212Station, type Hj212StationOptions } from '../../../firmware-sim/hj212/index.js';
import { HeldValues } from '../../../firmware-sim/index.js';

const mn = '010000A8900016F000169DC0';

let server: Server;
let socket: Socket;
let heard = '';
const stations: Hj212Station[] = [];

beforeEach(async () => {
  heard = '';
  server = createServer((one) => {
    socket = one;
    one.on('data', (bytes) => (heard += bytes.toString('latin1')));
    one.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const station of stations.splice(0)) await station.stop();
  server.close();
});

async function start(options: Partial<Hj212StationOptions> = {}): Promise<Hj212Station> {
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  const station = new Hj212Station({
    gateway: { host: '127.0.0.1', port },
    mn,
    factors: [
      { code: 'a21001', tag: 'nh3', decimals: 1 },
      { code: 'a21028', tag: 'h2s' },
    ],
    model: new HeldValues({ nh3: 18.4, h2s: 1.2 }),
    answerWithinMs: 50,
    ...options,
  });
  stations.push(station);
  await station.start();
  await accepted;
  return station;
}

/** What the station has sent, when it has sent so many messages. */
async function messages(count: number): Promise<string[]> {
  for (;;) {
    const found = heard.split('\r\n').slice(0, -1);
    if (found.length >= count) return found;
    await once(socket, 'data');
  }
}

test("its check is the standard's, with leading zeros, and nobody takes Modbus's for it", () => {
  const sample =
    'QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&';
  expect(packed(sample).toString()).toBe(`##0101${sample}1C80\r\n`);
  expect(Array.from({ length: 300 }, (_, n) => crcOf(`x${n}`)).every((crc) => /^[0-9A-F]{4}$/.test(crc))).toBe(true);
  const receiver = new OrderReceiver();
  expect(receiver.push(Buffer.from(`##0101${sample}0759\r\n`))).toEqual([]);
  expect(receiver.push(packed(sample)).map(({ cn, parameters }) => [cn, parameters])).toEqual([
    ['1062', { RtdInterval: '30' }],
  ]);
});

test('sends what it measures, and sends it again, the same, while nobody acknowledges', async () => {
  const station = await start();
  station.flag('a21028', 'D');
  expect(await station.sendRealtime(Date.UTC(2026, 10, 21, 1, 1))).toBe('unanswered');
  const sent = await messages(3);
  expect(new Set(sent).size).toBe(1);
  expect(sent[0]).toMatch(
    /^##\d{4}QN=\d{17};ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20261121090100;a21001-Rtd=18\.4,a21001-Flag=N;a21028-Rtd=1\.20,a21028-Flag=D&&[0-9A-F]{4}$/,
  );
});

test('splits what is too long', async () => {
  const station = await start({ contentMax: 60, wantsAnswers: false });
  expect(await station.sendRealtime()).toBe('sent');
  const sent = await messages(2);
  expect(sent.map((text) => /Flag=6;PNUM=2;PNO=(\d);CP=&&DataTime=\d{14};(a\d{5})/.exec(text)?.slice(1))).toEqual([
    ['1', 'a21001'],
    ['2', 'a21028'],
  ]);
});

test('does as it is asked: history, clock, and says what it does not know', async () => {
  const station = await start({ wantsAnswers: false });
  const at = Date.UTC(2026, 10, 21, 1);
  await station.sendRecord('2061', at);
  const order = (qn: string, cn: string, content: string, pw = '123456'): Buffer =>
    packed(`QN=${qn};ST=22;CN=${cn};PW=${pw};MN=${mn};Flag=5;CP=&&${content}&&`);
  socket.write(order('20261121100000001', '2061', 'BeginTime=20261121090000;EndTime=20261121093000'));
  const history = (await messages(4)).slice(1);
  expect(history.map((text) => /QN=(\d+);ST=(\d+);CN=(\d+)/.exec(text)?.slice(1).join(' '))).toEqual([
    '20261121100000001 91 9011',
    '20261121100000001 22 2061',
    '20261121100000001 91 9012',
  ]);
  expect(history[1]).toContain('DataTime=20261121090000;a21001-Avg=18.4,a21001-Min=16.6,a21001-Max=20.2');
  socket.write(order('20261121100000002', '1012', 'SystemTime=20261121100000'));
  await messages(6);
  expect(Math.abs(station.time - utcFrom('20261121100000'))).toBeLessThan(2000);
  socket.write(order('20261121100000003', '3021', ''));
  socket.write(order('20261121100000004', '1012', '', '000000'));
  expect((await messages(8)).slice(6).map((text) => /QnRtn=\d+/.exec(text)?.[0])).toEqual(['QnRtn=8', 'QnRtn=3']);
});

test('refuses a fault that no station has', async () => {
  const station = await start();
  expect(() => station.inject({ kind: 'dead', unit: 1 })).toThrow('a station has no fault dead');
});
