import { afterEach, describe, expect, test } from '@jest/globals';
import { LineBus } from '../../../drivers/modbus/line-bus.js';
import { linkSchema } from '../../../drivers/modbus/link-schema.js';
import { DamagedAnswer, NoAnswer } from '../../../drivers/modbus/register-bus.js';
import { NotConnected, silentLog } from '../../../gateway/contract/index.js';
import { systemClock } from '../../../gateway/runtime/system-clock.js';
import { type LinePeer, type LineRequest, registersAnswer, rtuFrame, startLinePeer } from './line-peer.js';

const never = new AbortController().signal;
const timeoutMs = 120;
const latenessMs = 300;

let peer: LinePeer | undefined;
let bus: LineBus | undefined;

type Script = (request: LineRequest, say: (bytes: Uint8Array) => void, index: number) => void;

async function connected(script: Script, of: { framing?: 'rtu' | 'ascii'; echo?: boolean } = {}): Promise<LineBus> {
  const { framing = 'rtu', echo = false } = of;
  peer = await startLinePeer(script, framing);
  const settings = linkSchema.parse({
    framing,
    address: `tcp://127.0.0.1:${peer.port}`,
    serial: { baud: 115_200 },
    timeout: `${timeoutMs}ms`,
    lateness: `${latenessMs}ms`,
    echo,
  });
  bus = await LineBus.create(settings, { clock: systemClock, log: silentLog });
  await bus.open(never);
  return bus;
}

afterEach(async () => {
  await bus?.close();
  await peer?.stop();
  bus = undefined;
  peer = undefined;
});

const read = async (line: LineBus, unit: number, start: number, count = 1): Promise<number[]> => {
  const data = await line.request(unit, 3, start, count, never);
  return Array.from({ length: count }, (_, n) => data.getUint16(n * 2));
};

const after = (ms: number, act: () => void): void => void setTimeout(act, ms);

describe.each(['rtu', 'ascii'] as const)('a line with %s', (framing) => {
  test('gives the registers asked for, and an exception with its code', async () => {
    const line = await connected(
      (request, say) => say(request.start === 9 ? rtuFrame(request.unit, 0x83, 2) : registersAnswer(request)),
      { framing },
    );
    expect(await read(line, 5, 100, 3)).toEqual([100, 101, 102]);
    expect(peer?.requests.map(({ unit, functionCode, start, count }) => [unit, functionCode, start, count])).toEqual([
      [5, 3, 100, 3],
    ]);
    await expect(read(line, 5, 9, 2)).rejects.toMatchObject({ name: 'Refusal', code: 2 });
    expect(line.counters()).toMatchObject({ requests: 2, answers: 1, exceptions: 1, timeouts: 0 });
  });

  test('finds the answer behind frames of others, and behind its own request where the adapter echoes', async () => {
    const line = await connected(
      (request, say) => {
        say(request.frame);
        say(rtuFrame(7, 3, 2, 0xbe, 0xef));
        say(registersAnswer(request));
      },
      { framing, echo: true },
    );
    expect(await read(line, 1, 20, 2)).toEqual([20, 21]);
    expect(line.counters()).toMatchObject({ echoes: 1, foreign: 1, answers: 1 });
  });
});

describe('a line where things go wrong', () => {
  test.each<[string, (answer: Buffer) => Buffer[]]>([
    ['noise before it', (answer) => [Buffer.concat([Buffer.of(0, 0xff, 1, 3), answer])]],
    ['single bytes', (answer) => [...answer].map((byte) => Buffer.of(byte))],
    ['another frame glued to it', (answer) => [Buffer.concat([rtuFrame(9, 3, 2, 1, 1), answer, Buffer.of(1, 2, 3)])]],
    ['a repetition glued to it', (answer) => [Buffer.concat([answer, answer])]],
    ['a repetition behind it', (answer) => [answer, answer]],
  ])('an answer with %s is found, and the next read is not disturbed', async (_, writes) => {
    const line = await connected((request, say) => {
      for (const bytes of writes(registersAnswer(request))) say(bytes);
    });
    expect(await read(line, 1, 10, 2)).toEqual([10, 11]);
    expect(await read(line, 1, 30, 2)).toEqual([30, 31]);
    expect(await read(line, 1, 30, 2)).toEqual([30, 31]);
    expect(line.counters()['timeouts']).toBe(0);
  });

  test.each<[string, (answer: Buffer) => Buffer]>([
    ['cut short', (answer) => answer.subarray(0, 6)],
    ['with a wrong checksum', (answer) => Buffer.concat([answer.subarray(0, -1), Buffer.of(0x55)])],
    ['with a flipped bit', (answer) => Buffer.from(answer.map((byte, n) => (n === 4 ? byte ^ 0x10 : byte)))],
    ['of another length', (answer) => rtuFrame(1, 3, 2, ...answer.subarray(3, 5))],
  ])('an answer %s is no value', async (what, damaged) => {
    const line = await connected((request, say, index) =>
      say(index === 0 ? damaged(registersAnswer(request)) : registersAnswer(request)),
    );
    await expect(read(line, 1, 10, 2)).rejects.toBeInstanceOf(what === 'of another length' ? NoAnswer : DamagedAnswer);
    expect(await read(line, 1, 30, 2)).toEqual([30, 31]);
  });

  test('a unit that queues requests and is late once shifts nothing', async () => {
    const line = await connected((request, say, index) =>
      index === 1 ? after(timeoutMs + 30, () => say(registersAnswer(request))) : say(registersAnswer(request)),
    );
    expect(await read(line, 1, 0)).toEqual([0]);
    await expect(read(line, 1, 10)).rejects.toThrow(`the answer came, but not within ${timeoutMs} ms`);
    expect(await read(line, 1, 20)).toEqual([20]);
    expect(line.isUncertain).toBe(false);
    expect(await read(line, 1, 30)).toEqual([30]);
    expect(line.counters()).toMatchObject({ late: 1, beyondLateness: 0, timeouts: 1, answers: 3 });
  });

  test('unit 1 late once while unit 2 is dead: every later value of unit 1 is of its own poll', async () => {
    let polls = 0;
    const line = await connected((request, say) => {
      if (request.unit === 2) return;
      polls += 1;
      const answer = registersAnswer(request, 1000 * polls);
      if (polls === 1) after(timeoutMs + 20, () => say(answer));
      else say(answer);
    });
    await expect(read(line, 1, 5)).rejects.toBeInstanceOf(NoAnswer);
    for (let round = 2; round < 5; round += 1) {
      await expect(read(line, 2, 5)).rejects.toBeInstanceOf(NoAnswer);
      expect(await read(line, 1, 5)).toEqual([1000 * round + 5]);
    }
  });

  test('after an answer that never came, a shorter read of the unit comes first and its values are certain', async () => {
    const line = await connected((request, say, index) => {
      if (index > 0) say(registersAnswer(request));
    });
    await expect(read(line, 1, 10, 4)).rejects.toBeInstanceOf(NoAnswer);
    expect(await read(line, 2, 10, 4)).toEqual([10, 11, 12, 13]);
    expect(line.isUncertain).toBe(false);
    expect(await read(line, 1, 10, 4)).toEqual([10, 11, 12, 13]);
    expect(line.isUncertain).toBe(false);
    expect(peer?.requests.map(({ unit, count }) => [unit, count])).toEqual([
      [1, 4],
      [2, 4],
      [1, 1],
      [1, 4],
    ]);
    expect(line.counters()['resynchronised']).toBe(1);
  });

  test('an answer beyond the bound is counted, never taken, and makes the next value of the unit uncertain', async () => {
    let overdue: Buffer | undefined;
    const line = await connected((request, say, index) => {
      if (index === 0) overdue = registersAnswer(request);
      else {
        if (overdue) say(overdue);
        overdue = undefined;
        say(registersAnswer(request));
      }
    });
    await expect(read(line, 1, 10, 2)).rejects.toBeInstanceOf(NoAnswer);
    expect(await read(line, 1, 20, 2)).toEqual([20, 21]);
    expect(line.counters()).toMatchObject({ beyondLateness: 1, answers: 2 });
    expect(line.isUncertain).toBe(true);
    expect(await read(line, 1, 30, 2)).toEqual([30, 31]);
    expect(line.isUncertain).toBe(false);
  });

  test('where no shorter read is possible the next value is uncertain, once', async () => {
    const line = await connected((request, say, index) => {
      if (index > 0) say(registersAnswer(request));
    });
    await expect(read(line, 1, 10)).rejects.toBeInstanceOf(NoAnswer);
    expect(await read(line, 1, 10)).toEqual([10]);
    expect(line.isUncertain).toBe(true);
    expect(await read(line, 1, 10)).toEqual([10]);
    expect(line.isUncertain).toBe(false);
  });

  test('reads that look alike are a lateness bound apart', async () => {
    const arrivals: number[] = [];
    const line = await connected((request, say) => {
      arrivals.push(performance.now());
      say(registersAnswer(request));
    });
    await read(line, 1, 10);
    await read(line, 1, 20);
    expect((arrivals[1] as number) - (arrivals[0] as number)).toBeGreaterThanOrEqual(latenessMs);
  });

  test('a request given up by its caller is drained before the next', async () => {
    const stop = new AbortController();
    const line = await connected((request, say, index) => {
      if (index > 0) return say(registersAnswer(request));
      stop.abort(new Error('no time left'));
      after(30, () => say(registersAnswer(request)));
    });
    await expect(line.request(1, 3, 10, 1, stop.signal)).rejects.toThrow('no time left');
    expect(await read(line, 1, 20)).toEqual([20]);
    expect(line.counters()).toMatchObject({ late: 1, timeouts: 0 });
  });

  test('a line that is cut rejects what is pending at once, and can be opened again', async () => {
    const line = await connected(() => void peer?.stop());
    await expect(read(line, 1, 10)).rejects.toBeInstanceOf(NotConnected);
    expect(line.counters()['timeouts']).toBe(0);
    await expect(read(line, 1, 10)).rejects.toThrow(/is not connected: closed by the other side/);
    peer = undefined;
  });

  test('coils that look like their own request are not taken from an echo', async () => {
    // Read Coils 0x0300, 17 of them: request and answer have the same first three bytes and the same length.
    const line = await connected((request, say) => say(request.frame));
    await expect(line.request(1, 1, 0x0300, 17, never)).rejects.toBeInstanceOf(NoAnswer);
    expect(line.counters()).toMatchObject({ echoes: 1, answers: 0 });
  });
});
