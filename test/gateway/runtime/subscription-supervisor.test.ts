import { describe, expect, test } from '@jest/globals';
import {
  FrameBuilder,
  type LinkTables,
  NotConnected,
  Quality,
  type Reading,
  silentLog,
  type SubscribedDriver,
  type TagTable,
  type Told,
} from '../../../gateway/contract/index.js';
import { SubscriptionSupervisor } from '../../../gateway/runtime/subscription-supervisor.js';
import { Commits } from '../../support/commits.js';
import { tableSpec } from '../../support/frames.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

/** A link on paper: what it is told, and when it is lost, is the test's to say. */
class PaperDriver implements SubscribedDriver {
  told: Told | undefined;
  connects = 0;
  isClosed = false;
  onConnect: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  onSubscribe: () => Promise<void> = () => Promise.resolve();
  connect(signal: AbortSignal): Promise<void> {
    this.connects += 1;
    return this.onConnect(signal);
  }
  async subscribe(_tables: LinkTables, told: Told): Promise<void> {
    await this.onSubscribe();
    this.told = told;
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
  const happenings: string[] = [];
  const commits = new Commits();
  const journal = { isFull: false, flushes: 0 };
  const tables = new Map(
    devices.map((name, index) => [name, new Map([['main', { ...tableSpec(name, 1), number: index + 1 }]])]),
  );
  const supervisor = new SubscriptionSupervisor({
    name: 'server',
    driver,
    tables,
    clock,
    log: { ...silentLog, error: (_, message) => void errors.push(message) },
    events: {
      onReading: (reading) => readings.push(reading) > 0 && !journal.isFull,
      onKept: commits.kept,
      onFlush: () => Promise.resolve(void (journal.flushes += 1)),
      onHappening: ({ device, name }) => happenings.push(`${device} ${name}`) > 0 && !journal.isFull,
      onTransition: (subject, name, state, reason) =>
        void transitions.push([subject, name, state, reason].filter(Boolean).join(' ')),
    },
    random: () => 0,
  });
  const qualities = (device: string) =>
    readings.filter(({ table }) => table.device === device).map(({ quality }) => quality[0]);
  /** The other side says something of a device. */
  const tell = (device: string, value: number | 'silent', to = driver.told): void => {
    const builder = new FrameBuilder(tables.get(device)?.get('main') as TagTable);
    if (value === 'silent') builder.allBad(Quality['bad-no-answer']);
    else builder.set(0, value);
    to?.reading(builder.build());
  };
  return { clock, driver, readings, transitions, errors, happenings, commits, journal, supervisor, qualities, tell };
}

describe('a link that is told', () => {
  test('passes on what is told; a device is online with its first value and offline when it is said to be silent', async () => {
    const { driver, supervisor, transitions, qualities, happenings, tell } = rig();
    supervisor.start();
    await settle();
    tell('a', 1);
    tell('a', 2);
    tell('a', 'silent');
    driver.told?.happened({ device: 'a', name: 'weighing', at: 5, id: '7', fields: { net: 12.5 } });
    tell('a', 3);
    expect(qualities('a')).toEqual([Quality.good, Quality.good, Quality['bad-no-answer'], Quality.good]);
    expect(transitions).toEqual([
      'link server connected',
      'device a online',
      'device a offline device does not answer',
      'device a online',
    ]);
    expect(happenings).toEqual(['a weighing']);
    expect(supervisor.statistics).toMatchObject({ reads: 4, failedReads: 1, devices: { a: 'online', b: 'unknown' } });
    await supervisor.stop();
    expect(driver.isClosed).toBe(true);
  });

  test('that cannot be reached, or subscribed, is tried with growing pauses and told once', async () => {
    const { clock, driver, supervisor, transitions, qualities } = rig();
    driver.onConnect = () => Promise.reject(new NotConnected('refused'));
    supervisor.start();
    await clock.advance(60_000);
    driver.onConnect = () => Promise.resolve();
    driver.onSubscribe = () => Promise.reject(new Error('no subscription'));
    await clock.advance(60_000);
    expect(transitions).toEqual(['link server lost refused']);
    expect(qualities('a')).toEqual([Quality['bad-not-connected']]);
    expect(driver.connects).toBeGreaterThan(8);
    expect(driver.connects).toBeLessThan(30);
    driver.onSubscribe = () => Promise.resolve();
    await clock.advance(31_000);
    expect(transitions.slice(1)).toEqual(['link server connected']);
    await supervisor.stop();
  });

  test('that is lost gives one bad frame a poll group and is subscribed again; the old one has no say any more', async () => {
    const { clock, driver, supervisor, transitions, qualities, tell } = rig();
    supervisor.start();
    await settle();
    tell('a', 1);
    const old = driver.told;
    old?.lost(new Error('session closed'));
    old?.lost(new Error('and again'));
    await clock.advance(1000);
    tell('a', 9, old);
    tell('a', 2);
    expect(qualities('a')).toEqual([Quality.good, Quality['bad-not-connected'], Quality.good]);
    expect(transitions).toEqual([
      'link server connected',
      'device a online',
      'link server lost session closed',
      'link server connected',
      'device a online',
    ]);
    await supervisor.stop();
  });

  test('that drops every subscription at once is not tried faster and faster', async () => {
    const { clock, driver, supervisor } = rig();
    driver.onSubscribe = () => {
      queueMicrotask(() => queueMicrotask(() => driver.told?.lost(new Error('dropped'))));
      return Promise.resolve();
    };
    supervisor.start();
    await clock.advance(60_000);
    expect(driver.connects).toBeLessThan(30);
    await supervisor.stop();
  });

  test('can be stopped while it is being connected, and tells nothing after', async () => {
    const { driver, supervisor, readings, transitions } = rig();
    driver.onConnect = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    supervisor.start();
    await settle();
    await supervisor.stop();
    expect({ closed: driver.isClosed, readings, transitions }).toEqual({ closed: true, readings: [], transitions: [] });
  });

  test('a reading of what is not on it is our fault: counted, told once, and not passed on', async () => {
    const { driver, supervisor, readings, errors } = rig();
    supervisor.start();
    await settle();
    const stranger = new FrameBuilder({ ...tableSpec('z', 1), number: 9 }).build();
    driver.told?.reading(stranger);
    driver.told?.reading(stranger);
    expect(readings).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(supervisor.statistics.ourFaults).toBe(2);
    await supervisor.stop();
  });
});

describe('what is told may be acknowledged', () => {
  async function told() {
    const one = rig();
    one.supervisor.start();
    await settle();
    return { ...one, kept: () => (one.driver.told as Told).kept() };
  }

  test('once it is committed', async () => {
    const { tell, commits, kept, supervisor } = await told();
    await kept();
    commits.hold();
    tell('a', 1);
    let isKept = false;
    const keeping = kept().then(() => (isKept = true));
    await settle();
    expect(isKept).toBe(false);
    commits.commit();
    await keeping;
    await supervisor.stop();
  });

  test('never when the journal did not take it; who tells after it is not refused for it', async () => {
    const { tell, journal, kept, supervisor } = await told();
    journal.isFull = true;
    tell('a', 1);
    journal.isFull = false;
    tell('b', 2);
    await expect(kept()).rejects.toThrow(/could not be stored: the disk is full, slow or refuses/);
    tell('b', 3);
    await kept();
    await supervisor.stop();
  });

  test('never when it is a happening that the journal did not take', async () => {
    const { driver, journal, kept, supervisor } = await told();
    journal.isFull = true;
    driver.told?.happened({ device: 'a', name: 'weighing', at: 5, id: '7', fields: {} });
    await expect(kept()).rejects.toThrow(/could not be stored: the disk is full, slow or refuses/);
    await supervisor.stop();
  });

  test('whatever was refused of others before its turn', async () => {
    const { tell, journal, kept, supervisor } = await told();
    journal.isFull = true;
    tell('a', 'silent');
    await Promise.resolve();
    journal.isFull = false;
    tell('b', 2);
    await kept();
    await supervisor.stop();
  });

  test('never when it is not of this link', async () => {
    const { driver, kept, supervisor } = await told();
    driver.told?.reading(new FrameBuilder({ ...tableSpec('z', 1), number: 9 }).build());
    await expect(kept()).rejects.toThrow(/not on this link/);
    await supervisor.stop();
  });

  test('still while the link is being stopped: it is committed at once, and nothing new is taken', async () => {
    const { driver, tell, commits, journal, kept, supervisor, qualities } = await told();
    commits.hold();
    tell('a', 1);
    const wasOpen = kept().then(() => !driver.isClosed);
    const stopped = supervisor.stop();
    expect(journal.flushes).toBe(1);
    tell('a', 2);
    await expect(kept()).rejects.toThrow('the gateway is being stopped');
    commits.commit();
    expect(await wasOpen).toBe(true);
    await stopped;
    expect({ isClosed: driver.isClosed, told: qualities('a') }).toEqual({ isClosed: true, told: [Quality.good] });
  });

  test.each(['lost', 'stopped'])('no longer when the link is %s before, and nobody has to listen', async (how) => {
    const { clock, driver, tell, commits, kept, supervisor } = await told();
    const old = driver.told;
    commits.hold();
    tell('a', 1);
    const pending = kept();
    void kept();
    if (how === 'lost') old?.lost(new Error('cut'));
    else {
      const stopped = supervisor.stop();
      await clock.advance(2000);
      await stopped;
    }
    await expect(pending).rejects.toThrow('the subscription ended before what was told was on disk');
    await expect(old?.kept()).rejects.toThrow('the subscription ended');
    await supervisor.stop();
  });
});
