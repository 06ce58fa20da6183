import { afterEach, describe, expect, test } from '@jest/globals';
import { DeviceFault, NotConnected, qualityName } from '../../../gateway/contract/index.js';
import {
  createDriver,
  type DeviceSpec,
  linkOf,
  memoryOf,
  type ModbusLink,
  type ModbusUnderTest,
  readGroup,
} from './modbus-link.js';
import { qualitiesOf } from './reading.js';
import { type PeerRequest, readAnswer, startTcpPeer, type TcpPeer, tcpFrame } from './tcp-peer.js';

const never = new AbortController().signal;

let peer: TcpPeer;
let driver: ModbusUnderTest;

afterEach(async () => {
  await driver.close();
  await peer.stop();
});

/** What a device says to a read: a PDU, or nothing. */
type Device = (request: PeerRequest) => number[] | undefined;

const refusal = ({ functionCode }: PeerRequest, code: number): number[] => [functionCode | 0x80, code];
/** A device that refuses whatever touches these registers, with exception 02. */
const refusing =
  (...holes: readonly number[]): Device =>
  (request) =>
    holes.some((hole) => request.start <= hole && hole < request.start + request.count)
      ? refusal(request, 2)
      : readAnswer(request);

async function start(
  device: Device,
  devices: Readonly<Record<string, DeviceSpec>>,
  context = memoryOf(),
  of: Record<string, unknown> = {},
): Promise<ModbusLink> {
  peer = await startTcpPeer((request, socket) => {
    const pdu = device(request);
    if (pdu) socket.write(tcpFrame(request.id, request.unit, pdu));
  });
  const link = linkOf({ address: `tcp://127.0.0.1:${peer.port}`, timeout: '60ms', ...of }, devices);
  driver = await createDriver(link, context);
  await driver.connect(never);
  return link;
}

/** The same device and memory, the gateway started anew. */
async function restart(link: ModbusLink, context: ReturnType<typeof memoryOf>): Promise<void> {
  await driver.close();
  driver = await createDriver(link, context);
  await driver.connect(never);
}

const registers = (...starts: readonly number[]) => starts.map((n) => ({ register: `holding ${n}` }));
const asked = (from = 0): string[] => peer.requests.slice(from).map(({ start: first, count }) => `${first}+${count}`);

const meter = (groups: DeviceSpec['groups'], settings: Record<string, unknown> = {}) => ({
  meter: { settings: { unit: 1, ...settings }, groups },
});

describe('a poll group', () => {
  test('is read in the fewest requests and comes out slot by slot, in the order of the table', async () => {
    const link = await start(readAnswer, {
      meter: {
        settings: { unit: 1 },
        groups: {
          main: [
            { register: 'holding 9' },
            { register: '40001', type: 'uint32' },
            { register: 'coil 4' },
            { register: 'holding 9', bit: 0 },
          ],
        },
      },
    });
    const { into, error } = await readGroup(driver, link, 'meter');
    expect(error).toBeUndefined();
    expect([...into.values]).toEqual([9, 1, 1, 1]);
    expect(qualitiesOf(into)).toEqual(['good', 'good', 'good', 'good']);
    expect(peer.requests.map(({ functionCode, start: first, count }) => [functionCode, first, count])).toEqual([
      [1, 4, 1],
      [3, 0, 10],
    ]);
  });

  test('keeps the bytes of its answers, in the order of the plan, when a tag is statutory', async () => {
    const link = await start(
      readAnswer,
      meter({ main: [{ register: 'input 2', statutory: true }, { register: 'holding 7' }] }),
    );
    const { into } = await readGroup(driver, link, 'meter');
    expect([...(into.build().raw ?? [])]).toEqual([3, 2, 0, 7, 4, 2, 0, 2]);
  });

  test('a fault in one request marks only its tags', async () => {
    const device: Device = (request) => (request.functionCode === 4 ? refusal(request, 4) : readAnswer(request));
    const link = await start(device, meter({ main: [{ register: 'input 2' }, { register: 'holding 7' }] }));
    const { into, error } = await readGroup(driver, link, 'meter');
    expect(error).toBeUndefined();
    expect(qualitiesOf(into)).toEqual(['bad-device-failure', 'good']);
  });

  test('the pause a device needs lies before each request', async () => {
    const arrivals: number[] = [];
    const device: Device = (request) => {
      arrivals.push(performance.now());
      return readAnswer(request);
    };
    const link = await start(device, meter({ main: [...registers(1), { register: 'input 2' }] }, { pause: '30ms' }));
    await readGroup(driver, link, 'meter');
    expect((arrivals[1] as number) - (arrivals[0] as number)).toBeGreaterThanOrEqual(28);
  });
});

describe('a unit that gives nothing', () => {
  test.each([
    ['no answer', undefined, 'bad-no-answer', false],
    ['01', 1, 'bad-configuration', true],
    ['04', 4, 'bad-device-failure', true],
    ['06, busy', 6, 'bad', true],
    ['0B, nobody behind the gateway', 11, 'bad-no-answer', false],
  ])('%s', async (_, code, quality, answered) => {
    const link = await start(
      (request) => (code === undefined ? undefined : refusal(request, code)),
      meter({ main: registers(1, 2) }),
    );
    const { error } = await readGroup(driver, link, 'meter');
    expect(error).toBeInstanceOf(DeviceFault);
    expect(qualityName((error as DeviceFault).quality)).toBe(quality);
    expect((error as DeviceFault).answered).toBe(answered);
    expect((error as Error).message).toMatch(/^meter \(unit 1\), holding 1–2: .+; .+/);
  });

  test('a dead unit costs one time-out a poll, however many requests it has', async () => {
    const link = await start(() => undefined, {
      ...meter({ main: [...registers(0), { register: 'input 0' }, { register: 'coil 0' }] }),
      other: { settings: { unit: 2 }, groups: { main: registers(0) } },
    });
    await readGroup(driver, link, 'meter');
    expect(peer.requests.length).toBe(2);
    await readGroup(driver, link, 'meter');
    expect(peer.requests.length).toBe(3);
  });

  test('a range that is never answered does not hide the others', async () => {
    const device: Device = (request) => (request.functionCode === 1 ? undefined : readAnswer(request));
    const link = await start(device, meter({ main: [{ register: 'coil 0' }, ...registers(5)] }));
    const { into } = await readGroup(driver, link, 'meter');
    expect(qualitiesOf(into)).toEqual(['bad-no-answer', 'good']);
  });

  test('when no unit answers any more the connection is made anew', async () => {
    let isDead = false;
    const link = await start((request) => (isDead ? undefined : readAnswer(request)), {
      a: { settings: { unit: 1 }, groups: { main: registers(0) } },
      b: { settings: { unit: 2 }, groups: { main: registers(0) } },
    });
    expect((await readGroup(driver, link, 'a')).error).toBeUndefined();
    isDead = true;
    const errors: unknown[] = [];
    for (const name of ['a', 'a', 'a', 'b']) errors.push((await readGroup(driver, link, name)).error);
    expect(errors.map((error) => (error as Error).name)).toEqual([
      'DeviceFault',
      'DeviceFault',
      'DeviceFault',
      'NotConnected',
    ]);
    isDead = false;
    await driver.connect(never);
    expect((await readGroup(driver, link, 'b')).error).toBeUndefined();
    expect(peer.connections).toBe(2);
  });

  test('a connection that ends is lost at once, for the request under way and the next', async () => {
    const link = await start(
      (request) => {
        if (request.start === 1) for (const socket of peer.sockets) socket.destroy();
        return undefined;
      },
      meter({ main: registers(1) }),
    );
    expect((await readGroup(driver, link, 'meter')).error).toBeInstanceOf(NotConnected);
    expect((await readGroup(driver, link, 'meter')).error).toBeInstanceOf(NotConnected);
  });
});

describe('a device that refuses', () => {
  test('a register between tags: all tags are read, and the hole is known after a restart', async () => {
    const context = memoryOf();
    const link = await start(refusing(3), meter({ main: registers(0, 2, 5, 7) }), context);
    const { into } = await readGroup(driver, link, 'meter');
    expect([...into.values]).toEqual([0, 2, 5, 7]);
    let before = peer.requests.length;
    await readGroup(driver, link, 'meter');
    expect(asked(before)).toEqual(['0+3', '5+3']);
    await restart(link, context);
    before = peer.requests.length;
    expect([...(await readGroup(driver, link, 'meter')).into.values]).toEqual([0, 2, 5, 7]);
    expect(asked(before)).toEqual(['0+3', '5+3']);
    expect(context.facts.get('meter')).toMatchObject({ avoid: ['holding 3–4'] });
  });

  test('a tag: it is bad-configuration, the others stay good, and it is not asked for again at once', async () => {
    const link = await start(refusing(2), meter({ main: registers(0, 1, 2, 3) }));
    for (let poll = 0; poll < 2; poll += 1) {
      const { into, error } = await readGroup(driver, link, 'meter');
      expect(error).toBeUndefined();
      expect(qualitiesOf(into)).toEqual(['good', 'good', 'bad-configuration', 'good']);
    }
    const before = peer.requests.length;
    await readGroup(driver, link, 'meter');
    expect(asked(before)).toEqual(['0+2', '3+1']);
  });

  test('every tag: the poll is a fault of a unit that answers, and one tag is asked for each time', async () => {
    const link = await start((request) => refusal(request, 2), meter({ main: registers(0, 1) }));
    for (let poll = 0; poll < 2; poll += 1) {
      const { error } = await readGroup(driver, link, 'meter');
      expect((error as DeviceFault).answered).toBe(true);
      expect(qualityName((error as DeviceFault).quality)).toBe('bad-configuration');
    }
  });

  test('long reads: they become shorter until they are answered', async () => {
    const device: Device = (request) => (request.count > 20 ? refusal(request, 3) : readAnswer(request));
    const all = Array.from({ length: 100 }, (_, n) => n);
    const link = await start(device, meter({ main: registers(...all) }));
    expect([...(await readGroup(driver, link, 'meter')).into.values]).toEqual(all);
    const before = peer.requests.length;
    expect([...(await readGroup(driver, link, 'meter')).into.values]).toEqual(all);
    expect(peer.requests.slice(before).every(({ count }) => count <= 20)).toBe(true);
  });

  test('once, for no reason: nothing is learned from it', async () => {
    let refusals = 1;
    const context = memoryOf();
    const device: Device = (request) => (refusals-- > 0 ? refusal(request, 2) : readAnswer(request));
    const link = await start(device, meter({ main: registers(0, 1, 2) }), context);
    expect(qualitiesOf((await readGroup(driver, link, 'meter')).into)).toEqual(['good', 'good', 'good']);
    expect(context.facts.size).toBe(0);
  });

  test('what was learned is forgotten when the holes of the device are written down', async () => {
    const context = memoryOf();
    const link = await start(refusing(3), meter({ main: registers(0, 2, 5) }), context);
    await readGroup(driver, link, 'meter');
    const settings = { address: `tcp://127.0.0.1:${peer.port}`, timeout: '60ms' };
    const written = linkOf(settings, meter({ main: registers(0, 2, 5) }, { holes: ['holding 1', 'holding 3-4'] }));
    await restart(written, context);
    const before = peer.requests.length;
    await readGroup(driver, written, 'meter');
    expect(asked(before)).toEqual(['0+1', '2+1', '5+1']);
  });

  test('any of its registers: no tag is lost that the device would give', async () => {
    const starts = [0, 1, 2, 5, 6, 9, 13, 14, 20, 21, 22, 23, 40];
    for (const holes of [[0], [1, 14], [3, 4, 7, 8], [10, 15, 22], [2, 3, 5, 21, 40], [6, 9, 13]]) {
      const link = await start(refusing(...holes), meter({ main: registers(...starts) }));
      for (let poll = 0; poll < 2; poll += 1) {
        const { into } = await readGroup(driver, link, 'meter');
        expect(qualitiesOf(into)).toEqual(starts.map((n) => (holes.includes(n) ? 'bad-configuration' : 'good')));
        starts.forEach((n, slot) => expect(into.values[slot]).toBe(holes.includes(n) ? Number.NaN : n));
      }
      await driver.close();
      await peer.stop();
    }
    const link = await start(readAnswer, meter({ main: registers(1) }));
    expect(link.devices.length).toBe(1);
  });
});

describe('for a technician', () => {
  test('the connection test names each device and what it said', async () => {
    const link = await start((request) => (request.unit === 1 ? readAnswer(request) : undefined), {
      climate: { settings: { unit: 1 }, groups: { main: registers(0) } },
      scale: { settings: { unit: 9 }, groups: { main: registers(0) } },
    });
    const { en, zh } = await driver.probe(never);
    expect(en).toMatch(
      /is connected\nclimate \(unit 1\): answers in \d+ ms\nscale \(unit 9\): no answer within 60 ms$/,
    );
    expect(zh).toContain('climate(站号 1)');
    expect(link.devices.length).toBe(2);
  });

  test('the counters are those of the wire', async () => {
    const link = await start(readAnswer, meter({ main: registers(0) }));
    await readGroup(driver, link, 'meter');
    expect(driver.counters()).toEqual({
      requests: 1,
      answers: 1,
      timeouts: 0,
      exceptions: 0,
      late: 0,
      duplicates: 0,
      foreign: 0,
      damaged: 0,
      connects: 1,
    });
  });
});
