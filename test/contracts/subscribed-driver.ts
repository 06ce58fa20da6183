import { describe, expect, test } from '@jest/globals';
import {
  type Happening,
  isBad,
  isGood,
  type LinkTables,
  type Reading,
  type SubscribedDriver,
} from '../../gateway/contract/index.js';
import { Commits } from '../support/commits.js';

/** A driver under test with whoever tells it. */
export interface SubscribedStage {
  readonly driver: SubscribedDriver;
  readonly tables: LinkTables;
  /** The other side says something good of every tag of every table, each time something else. */
  speak(): Promise<void>;
  /** The connection is cut, and can be made again; undefined where there is none: a folder, a port that others dial. */
  readonly cut: (() => Promise<void>) | undefined;
  /**
   * The other side says something new, again and again for a while as it does until it has an answer; resolves to whether
   * it had one. Left out where nothing is answered.
   */
  readonly report?: () => Promise<boolean>;
  /** Everything is taken down; resolves to how many connections the other side still sees. */
  close(): Promise<number>;
}

const never = new AbortController().signal;

/** Whom a driver tells here: everything is kept, and can be waited for. */
class Listener {
  readonly readings: Reading[] = [];
  readonly happenings: Happening[] = [];
  readonly losses: Error[] = [];
  readonly commits = new Commits();
  #wake: () => void = () => undefined;

  readonly told = {
    reading: (reading: Reading): void => {
      this.readings.push(reading);
      this.#wake();
    },
    happened: (happening: Happening): void => {
      this.happenings.push(happening);
      this.#wake();
    },
    kept: (): Promise<void> => this.commits.kept(),
    lost: (error: Error): void => {
      this.losses.push(error);
      this.#wake();
    },
  };

  /** Resolves when it holds; a driver that never tells runs into the test's own time. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Whether something good was told of every tag, live. */
  hasAll(tables: LinkTables): boolean {
    return [...tables.values()]
      .flatMap((groups) => [...groups.values()])
      .every((table) =>
        table.tags.every((_, slot) =>
          this.readings.some((one) => one.table === table && one.late !== true && isGood(one.quality[slot] as number)),
        ),
      );
  }
}

/** What every subscribed driver must do, whatever it speaks. `start` gives a fresh stage for each test. */
export function describeSubscribedDriverContract(name: string, start: () => Promise<SubscribedStage>): void {
  const subscribed = async (stage: SubscribedStage): Promise<Listener> => {
    const listener = new Listener();
    await stage.driver.connect(never);
    await stage.driver.subscribe(stage.tables, listener.told, never);
    return listener;
  };

  describe(`subscribed driver contract: ${name}`, () => {
    test('can be closed without ever having connected', async () => {
      const stage = await start();
      await stage.driver.close();
      expect(await stage.close()).toBe(0);
    });

    test('tells what is said of every tag, by the tables it was given', async () => {
      const stage = await start();
      const listener = await subscribed(stage);
      await stage.speak();
      await listener.until(() => listener.hasAll(stage.tables));
      for (const { table, values, quality } of listener.readings) {
        expect(stage.tables.get(table.device)?.get(table.group)).toBe(table);
        expect([values.length, quality.length]).toEqual([table.tags.length, table.tags.length]);
        for (const [slot, code] of quality.entries()) if (isBad(code)) expect(values[slot]).toBeNaN();
      }
      await stage.driver.close();
      await stage.close();
    });

    test('tells nothing after it is closed, and leaves no connection behind', async () => {
      const stage = await start();
      const listener = await subscribed(stage);
      await stage.speak();
      await listener.until(() => listener.hasAll(stage.tables));
      await stage.driver.close();
      const { length } = listener.readings;
      await stage.speak().catch(() => undefined);
      expect(await stage.close()).toBe(0);
      expect([listener.readings.length, listener.losses.length]).toEqual([length, 0]);
    });

    test('can be connected and subscribed again and again', async () => {
      const stage = await start();
      await subscribed(stage);
      await subscribed(stage);
      const listener = await subscribed(stage);
      await stage.speak();
      await listener.until(() => listener.hasAll(stage.tables));
      await stage.driver.close();
      expect(await stage.close()).toBe(0);
    });

    test('a lost connection is told once, and after subscribing again all is told again', async () => {
      const stage = await start();
      if (stage.cut) {
        const before = await subscribed(stage);
        await stage.speak();
        await before.until(() => before.hasAll(stage.tables));
        await stage.cut();
        await before.until(() => before.losses.length > 0);
        const { length } = before.readings;
        const after = await subscribed(stage);
        await stage.speak();
        await after.until(() => after.hasAll(stage.tables));
        expect([before.losses.length, before.readings.length]).toEqual([1, length]);
      }
      await stage.driver.close();
      expect(await stage.close()).toBe(0);
    });

    test('what is answered is on disk: no answer leaves before, and none when it could not be stored', async () => {
      const stage = await start();
      if (stage.report) {
        const { commits, readings } = await subscribed(stage);
        commits.hold();
        expect(await stage.report()).toBe(false);
        commits.refuse();
        expect(await stage.report()).toBe(false);
        commits.commit();
        const { length } = readings;
        expect(await stage.report()).toBe(true);
        expect(readings.length).toBeGreaterThan(length);
      }
      await stage.driver.close();
      expect(await stage.close()).toBe(0);
    });

    test('an attempt ends when it is told to', async () => {
      const stage = await start();
      const ending = new AbortController();
      ending.abort();
      await expect(
        stage.driver
          .connect(ending.signal)
          .then(() => stage.driver.subscribe(stage.tables, new Listener().told, ending.signal)),
      ).rejects.toBeDefined();
      await stage.driver.close();
      expect(await stage.close()).toBe(0);
    });
  });
}
