import { afterEach, expect, test } from '@jest/globals';
import {
  type Caller,
  type CallersOptions,
  type CallersPort,
  listenForCallers,
} from '../../../drivers/streams/index.js';
import { NotConnected } from '../../../gateway/contract/index.js';
import { systemClock } from '../../../gateway/runtime/index.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { Dialler } from './dialler.js';

/** What a port told of one caller. */
interface Met {
  readonly caller: Caller;
  heard: string;
  closed: number;
}

let port: CallersPort | undefined;
let diallers: Dialler[] = [];
let met: Met[] = [];
let changed: () => void = () => undefined;

afterEach(async () => {
  await Promise.all(diallers.map((one) => one.hangUp()));
  await port?.close();
  port = undefined;
  diallers = [];
  met = [];
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise<void>((resolve) => {
      changed = resolve;
    });
  }
}

async function listen(options: Partial<CallersOptions> = {}): Promise<CallersPort> {
  const limits = { host: '127.0.0.1', port: 0, callersMax: 10, idleMs: 60_000, clock: systemClock };
  port = await listenForCallers({ ...limits, ...options }, (caller) => {
    const one: Met = { caller, heard: '', closed: 0 };
    met.push(one);
    changed();
    return {
      received: (bytes) => {
        one.heard += Buffer.from(bytes).toString('latin1');
        changed();
      },
      closed: () => {
        one.closed += 1;
        changed();
      },
    };
  });
  return port;
}

async function dial(): Promise<{ dialler: Dialler; other: Met }> {
  const before = met.length;
  const dialler = await Dialler.to(port?.port ?? 0);
  diallers.push(dialler);
  await until(() => met.length > before);
  return { dialler, other: met[before] as Met };
}

test('bytes go both ways, and each caller is known by where it calls from', async () => {
  await listen();
  const one = await dial();
  const two = await dial();
  expect(one.other.caller.from).toBe(one.dialler.from);
  await one.dialler.say('hello');
  await two.dialler.say('good day');
  await until(() => one.other.heard === 'hello' && two.other.heard === 'good day');
  await one.other.caller.write(Buffer.from('welcome'));
  await one.dialler.hears('welcome');
});

test('an end is told once, whoever made it, and writing after it does nothing', async () => {
  await listen();
  const one = await dial();
  const two = await dial();
  await one.dialler.hangUp();
  two.other.caller.close();
  two.other.caller.close();
  await until(() => one.other.closed > 0 && two.other.closed > 0);
  await two.dialler.closed;
  await one.other.caller.write(Buffer.from('too late'));
  expect([one.other.closed, two.other.closed]).toEqual([1, 1]);
});

test('one caller too many closes the one that has been silent longest', async () => {
  const clock = new ManualClock();
  await listen({ callersMax: 2, clock });
  const one = await dial();
  await clock.advance(10);
  const two = await dial();
  await clock.advance(10);
  await one.dialler.say('here');
  await until(() => one.other.heard === 'here');
  await clock.advance(10);
  const three = await dial();
  await two.dialler.closed;
  expect([one.dialler.isOpen, three.dialler.isOpen]).toEqual([true, true]);
});

test('a caller without a byte for too long is closed', async () => {
  const clock = new ManualClock();
  await listen({ idleMs: 1000, clock });
  const { dialler, other } = await dial();
  await clock.advance(999);
  await dialler.say('x');
  await until(() => other.heard === 'x');
  await clock.advance(999);
  expect(other.closed).toBe(0);
  await clock.advance(1);
  await dialler.closed;
  await until(() => other.closed === 1);
  expect(clock.waiting).toBe(0);
});

test('a caller that leaves everything untaken is closed', async () => {
  await listen();
  const { dialler, other } = await dial();
  dialler.stopsReading();
  const kilobytes = Buffer.alloc(64 * 1024);
  for (let n = 0; n < 1000 && other.closed === 0; n += 1) {
    void other.caller.write(kilobytes);
    await settle();
  }
  expect(other.closed).toBe(1);
});

test('closing leaves neither connection nor timer', async () => {
  const clock = new ManualClock();
  const listening = await listen({ clock });
  const { dialler, other } = await dial();
  await listening.close();
  expect(other.closed).toBe(1);
  await dialler.closed;
  expect(clock.waiting).toBe(0);
  await expect(Dialler.to(listening.port)).rejects.toThrow('ECONNREFUSED');
});

test('a port that another has, and an address of another box, are said', async () => {
  const { port: taken } = await listen();
  const again = (host: string, at: number) =>
    listenForCallers({ host, port: at, callersMax: 1, idleMs: 1000, clock: systemClock }, () => {
      throw new Error('nobody calls');
    });
  await expect(again('127.0.0.1', taken)).rejects.toBeInstanceOf(NotConnected);
  await expect(again('127.0.0.1', taken)).rejects.toThrow(/EADDRINUSE; another program.*choose another one/);
  await expect(again('203.0.113.9', 0)).rejects.toThrow(
    /203\.0\.113\.9:0: EADDRNOTAVAIL; this box has no such address/,
  );
});
