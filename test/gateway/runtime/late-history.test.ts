import { describe, expect, test } from '@jest/globals';
import type { Entry, LateEntry } from '../../../gateway/contract/index.js';
import { VirtualSite } from '../../support/virtual-site.js';

const minute = 60_000;
const hour = 60 * minute;

const siteText = `version: 1
site: { id: mine, timezone: "+08:00" }
profiles:
  logger: { driver: counting, poll: 1s, tags: { methane: { cell: 0, unit: "%" }, pressure: { cell: 1, unit: kPa } } }
links: { works: { driver: counting, devices: { logger: { profile: logger } } } }
alarms: { settling: none, lostAfter: 5s }
rules:
  gas: { type: limits, devices: [logger], tag: methane, HH: 1, onDelay: 10s, alarm: { action: leave the face } }
  seen: { type: limits, devices: [logger], tag: pressure, H: 90 }
journal: { folder: /journal }
box: { poll: 1h }
`;

/** A logger that answers live, and once hands in the readings of some seconds past, each with its own time. */
class Logger {
  /** Methane of the seconds still to be handed in, the oldest first. */
  past: number[] = [];
  readonly site: VirtualSite;
  #from = 0;

  constructor(stepMs = 1000) {
    this.site = new VirtualSite({
      fill: (_device, _phase, cells, into) => {
        const methane = this.past.shift();
        cells.forEach((cell, slot) => {
          into.set(slot, cell === 0 ? (methane ?? 0.2) : 50);
          if (methane !== undefined) into.deviceTime(slot, this.#from);
        });
        if (methane === undefined) return;
        into.late();
        this.#from += stepMs;
      },
    });
  }

  handIn(past: readonly number[], from: number): void {
    this.past = [...past];
    this.#from = from;
  }
}

const late = (entries: readonly Entry[]): LateEntry[] => entries.flatMap((one) => (one.kind === 'late' ? [one] : []));

const told = ({ finding, at, since, value }: LateEntry, from: number) => [
  finding,
  (at - from) / 1000,
  (since - from) / 1000,
  value,
];

describe('history that is filled in afterwards', () => {
  test('is judged apart, in its own time: what would have alarmed is told, and no live alarm comes or goes', async () => {
    const logger = new Logger();
    const { site } = logger;
    await site.boot(siteText);
    await site.pass(3500);
    const from = site.clock.utc() - minute;
    logger.handIn(
      [...Array<number>(5).fill(0.2), ...Array<number>(20).fill(1.5), 1.8, ...Array<number>(5).fill(0.3)],
      from,
    );
    await site.pass(40_000);
    const entries = await site.entries();
    expect(late(entries).map((entry) => told(entry, from))).toEqual([
      ['raised', 15, 5, 1.5],
      ['exceeded', 26, 5, 1.8],
      ['returned', 26, 26, 0.3],
    ]);
    expect(late(entries)[0]).toMatchObject({ key: 'gas/logger/methane/HH', limit: 1, unit: '%', quality: 'good' });
    expect(late(entries)[0]?.cause).toMatchObject({ device: 'logger' });
    expect(entries.filter(({ kind }) => kind === 'alarm' || kind === 'exceedance')).toEqual([]);
    await site.stop();
  });

  test('a peak shorter than the delay is no alarm, and an exceedance all the same', async () => {
    const logger = new Logger();
    const { site } = logger;
    await site.boot(siteText);
    await site.pass(3500);
    const from = site.clock.utc() - minute;
    logger.handIn([0.2, 0.2, 1.4, 1.2, 0.2], from);
    await site.pass(10_000);
    expect(late(await site.entries()).map((entry) => told(entry, from))).toEqual([['exceeded', 4, 2, 1.4]]);
    await site.stop();
  });

  test('what lies apart, goes back in time or comes after a start is judged anew, so no delay runs over the gap', async () => {
    const logger = new Logger();
    const { site } = logger;
    await site.boot(siteText);
    await site.pass(3500);
    const now = site.clock.utc();
    for (const minutesAgo of [60, 40, 50]) {
      logger.handIn(Array<number>(6).fill(1.5), now - minutesAgo * minute);
      await site.pass(7000);
    }
    await site.stop();
    await site.boot(siteText);
    logger.handIn(Array<number>(6).fill(1.5), now - 50 * minute + 6000);
    await site.pass(9000);
    expect(late(await site.entries())).toEqual([]);
    await site.stop();
  });

  test('of a logger that keeps a reading an hour goes on from reading to reading', async () => {
    const logger = new Logger(3_600_000);
    const { site } = logger;
    await site.boot(siteText);
    await site.pass(3500);
    const from = site.clock.utc() - 12 * hour;
    logger.handIn([0.2, 0.2, 1.5, 1.7, 1.6, 0.3, 0.2], from);
    await site.pass(12_000);
    expect(
      late(await site.entries()).map(({ finding, at, since, value }) => [
        finding,
        ((at - from) / hour).toFixed(2),
        ((since - from) / hour).toFixed(2),
        value,
      ]),
    ).toEqual([
      ['raised', '2.00', '2.00', 1.5],
      ['exceeded', '5.00', '2.00', 1.7],
      ['returned', '5.00', '5.00', 0.3],
    ]);
    await site.stop();
  });

  test('that comes newest first, or is dated where no reading can be, is not told reading by reading', async () => {
    const logger = new Logger(-1000);
    const { site } = logger;
    await site.boot(siteText.replace('onDelay: 10s, ', ''));
    await site.pass(3500);
    logger.handIn(Array<number>(20).fill(1.5), site.clock.utc() - minute);
    await site.pass(22_000);
    expect(late(await site.entries())).toHaveLength(1);
    for (const time of [site.clock.utc() + 10 * minute, 1.7e22, Number.POSITIVE_INFINITY, -1]) {
      logger.handIn([1.5, 1.5], time);
      await site.pass(3000);
    }
    expect(late(await site.entries())).toHaveLength(1);
    await site.stop();
  });

  test('without a time of its own it is stored and judged by nothing', async () => {
    let isLate = false;
    const site = new VirtualSite({
      fill: (_device, _phase, cells, into) => {
        cells.forEach((_cell, slot) => into.set(slot, isLate ? 5 : 0.1));
        if (isLate) into.late();
      },
    });
    await site.boot(siteText);
    await site.pass(3500);
    isLate = true;
    await site.pass(20_000);
    expect((await site.entries()).filter(({ kind }) => kind === 'late' || kind === 'alarm')).toEqual([]);
    await site.stop();
  });
});
