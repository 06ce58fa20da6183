import { describe, expect, test } from '@jest/globals';
import {
  DeviceFault,
  type FrameBuilder,
  NotConnected,
  type PolledDriver,
  Quality,
  type Reading,
  type ReadRequest,
  silentLog,
} from '../../../gateway/contract/index.js';
import { LinkSupervisor } from '../../../gateway/runtime/link-supervisor.js';
import { tableSpec } from '../../support/frames.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

/** A link on paper: what it does at each connect and read is the test's to say. */
class PaperDriver implements PolledDriver {
  reads: string[] = [];
  connects = 0;
  isClosed = false;
  onConnect: () => Promise<void> = () => Promise.resolve();
  onRead: (request: ReadRequest, into: FrameBuilder) => Promise<void> = (_, into) => {
    into.set(0, 1);
    return Promise.resolve();
  };
  connect(): Promise<void> {
    this.connects += 1;
    return this.onConnect();
  }
  read(request: ReadRequest, into: FrameBuilder): Promise<void> {
    this.reads.push(request.device);
    return this.onRead(request, into);
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

function rig(devices = ['a', 'b']) {
  const clock = new ManualClock();
  const driver = new PaperDriver();
  const readings: Reading[] = [];
  const transitions: string[] = [];
  const errors: string[] = [];
  const tables = new Map(
    devices.map((name, index) => [name, new Map([['main', { ...tableSpec(name, 1), number: index + 1 }]])]),
  );
  const supervisor = new LinkSupervisor({
    name: 'bus',
    driver,
    items: devices.map((device) => ({ device, group: 'main', everyMs: 1000 })),
    tables,
    probeShare: 0.1,
    clock,
    log: { ...silentLog, error: (_, message) => void errors.push(message) },
    events: {
      onReading: (reading) => readings.push(reading) > 0,
      onKept: () => Promise.resolve(),
      onFlush: () => Promise.resolve(),
      onHappening: () => errors.push('a polled driver tells no happenings') > 0,
      onTransition: (subject, name, state, reason) =>
        void transitions.push([subject, name, state, reason].filter(Boolean).join(' ')),
    },
    random: () => 0,
  });
  const qualities = (device: string) =>
    readings.filter(({ table }) => table.device === device).map(({ quality }) => quality[0]);
  return { clock, driver, readings, transitions, errors, supervisor, qualities };
}

const noAnswer = () => new DeviceFault('no answer', Quality['bad-no-answer'], { answered: false });

describe('a link', () => {
  test('reads every device each interval, one at a time', async () => {
    const { clock, driver, supervisor } = rig();
    let underWay = 0;
    driver.onRead = async (_, into) => {
      underWay += 1;
      expect(underWay).toBe(1);
      await clock.wait(20);
      into.set(0, 7);
      underWay -= 1;
    };
    supervisor.start();
    await clock.advance(4500);
    expect(driver.reads).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']);
    const stopped = supervisor.stop();
    await clock.advance(1000);
    await stopped;
    expect(driver.isClosed).toBe(true);
  });

  test('that cannot be reached is tried with growing pauses and told once; each device is bad once', async () => {
    const { clock, driver, supervisor, transitions, qualities } = rig();
    driver.onConnect = () => Promise.reject(new Error('refused'));
    supervisor.start();
    await clock.advance(120_000);
    expect(transitions).toEqual(['link bus lost refused']);
    expect(qualities('a')).toEqual([Quality['bad-not-connected']]);
    expect(driver.connects).toBeGreaterThan(8);
    expect(driver.connects).toBeLessThan(30);
    driver.onConnect = () => Promise.resolve();
    await clock.advance(31_000);
    expect(transitions.slice(1)).toEqual(['link bus connected', 'device a online', 'device b online']);
    expect(qualities('a').at(-1)).toBe(Quality.good);
    await supervisor.stop();
  });

  test('that is lost while reading gives one bad frame a device, and comes back', async () => {
    const { clock, driver, supervisor, transitions, qualities } = rig();
    supervisor.start();
    await clock.advance(2500);
    let isGone = true;
    const wasRead = driver.onRead;
    driver.onRead = (request, into) =>
      isGone ? Promise.reject(new NotConnected('cable out')) : wasRead(request, into);
    driver.onConnect = () => (isGone ? Promise.reject(new Error('cable out')) : Promise.resolve());
    await clock.advance(60_000);
    expect(qualities('b').filter((quality) => quality === Quality['bad-not-connected'])).toHaveLength(1);
    isGone = false;
    await clock.advance(31_000);
    expect(qualities('b').at(-1)).toBe(Quality.good);
    expect(transitions.filter((one) => one.startsWith('link'))).toEqual([
      'link bus connected',
      'link bus lost cable out',
      'link bus connected',
    ]);
    await supervisor.stop();
  });

  test('one device that does not answer is offline once, and its neighbour is read as before', async () => {
    const { clock, driver, supervisor, transitions, qualities } = rig();
    supervisor.start();
    await clock.advance(1500);
    driver.onRead = async ({ device }, into) => {
      await clock.wait(device === 'a' ? 200 : 10);
      if (device === 'a') throw noAnswer();
      into.set(0, 1);
    };
    const before = driver.reads.filter((device) => device === 'b').length;
    await clock.advance(60_000);
    expect(driver.reads.filter((device) => device === 'b').length - before).toBe(60);
    expect(transitions.filter((one) => one.includes('offline'))).toEqual(['device a offline no answer']);
    expect(qualities('a').filter((quality) => quality === Quality['bad-no-answer']).length).toBeLessThanOrEqual(3);
    await supervisor.stop();
  });

  test('a driver that fails in a way it should not is told once and counted, and the link goes on', async () => {
    const { clock, driver, errors, supervisor, qualities } = rig(['a']);
    driver.onRead = () => Promise.reject(new TypeError('x is undefined'));
    supervisor.start();
    await clock.advance(40_000);
    expect(errors).toEqual(['driver failed in a way it should not']);
    expect(supervisor.statistics.ourFaults).toBeGreaterThan(2);
    expect(qualities('a')[0]).toBe(Quality.bad);
    await supervisor.stop();
  });

  test('at stop the read under way comes to its end and is kept', async () => {
    const { clock, driver, readings, supervisor } = rig(['a']);
    driver.onRead = async (_, into) => {
      await clock.wait(300);
      into.set(0, 42);
    };
    supervisor.start();
    await settle();
    const stopped = supervisor.stop();
    await clock.advance(300);
    await stopped;
    expect(readings.map(({ values }) => values[0])).toEqual([42]);
  });
});
