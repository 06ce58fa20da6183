import { describe, expect, test } from '@jest/globals';
import {
  DeviceFault,
  FrameBuilder,
  isBad,
  isGood,
  NotConnected,
  type PolledDriver,
  type TagTable,
} from '../../gateway/contract/index.js';

/** A driver under test with the instrument it talks to. */
export interface DriverStage {
  readonly driver: PolledDriver;
  /** The table of the one device and group it is asked for; every tag of it is good while all is well. */
  readonly table: TagTable;
  /** The instrument stops answering, the connection stays. */
  fallSilent(): void;
  /** Messages of an instrument that speaks by itself that may still be on their way then; none where it is asked. */
  readonly onTheirWay?: number;
  /** The instrument answers again. */
  answer(): void;
  /** The connection is cut, and can be made again. */
  cut(): Promise<void>;
  /** Everything is taken down; resolves to how many connections the instrument still sees. */
  close(): Promise<number>;
}

const never = new AbortController().signal;

/** What every polled driver must do, whatever it speaks. `start` gives a fresh stage for each test. */
export function describeDriverContract(name: string, start: () => Promise<DriverStage>): void {
  const read = async ({ driver, table }: DriverStage): Promise<FrameBuilder> => {
    const builder = new FrameBuilder(table);
    await driver.read({ device: table.device, group: table.group }, builder, never);
    return builder;
  };

  describe(`driver contract: ${name}`, () => {
    test('can be closed without ever having connected', async () => {
      const stage = await start();
      await stage.driver.close();
      expect(await stage.close()).toBe(0);
    });

    test('gives one value a tag, in the order of the table', async () => {
      const stage = await start();
      await stage.driver.connect(never);
      const builder = await read(stage);
      expect(builder.values).toHaveLength(stage.table.tags.length);
      expect([...builder.quality].every(isGood)).toBe(true);
      await stage.driver.close();
      await stage.close();
    });

    test('can be connected again and again', async () => {
      const stage = await start();
      await stage.driver.connect(never);
      await stage.driver.connect(never);
      expect([...(await read(stage)).quality].every(isGood)).toBe(true);
      await stage.driver.close();
      expect(await stage.close()).toBe(0);
    });

    test('a unit that is silent is a fault of that unit, and a read goes well again after', async () => {
      const stage = await start();
      await stage.driver.connect(never);
      await read(stage);
      stage.fallSilent();
      let fault: unknown;
      for (let late = 0; late <= (stage.onTheirWay ?? 0) && fault === undefined; late += 1) {
        fault = await read(stage).then(
          () => undefined,
          (error: unknown) => error,
        );
      }
      expect(fault).toBeInstanceOf(DeviceFault);
      expect((fault as DeviceFault).answered).toBe(false);
      expect(isBad((fault as DeviceFault).quality)).toBe(true);
      stage.answer();
      expect([...(await read(stage)).quality].every(isGood)).toBe(true);
      await stage.driver.close();
      await stage.close();
    });

    test('a lost connection is NotConnected, and after connecting values are good again', async () => {
      const stage = await start();
      await stage.driver.connect(never);
      await read(stage);
      await stage.cut();
      await expect(read(stage)).rejects.toBeInstanceOf(NotConnected);
      await stage.driver.connect(never);
      expect([...(await read(stage)).quality].some(isGood)).toBe(true);
      await stage.driver.close();
      await stage.close();
    });

    test('a read ends when it is told to', async () => {
      const stage = await start();
      await stage.driver.connect(never);
      stage.fallSilent();
      const ending = new AbortController();
      const reading = stage.driver.read(
        { device: stage.table.device, group: stage.table.group },
        new FrameBuilder(stage.table),
        ending.signal,
      );
      ending.abort();
      await expect(reading).rejects.toBeDefined();
      await stage.driver.close();
      await stage.close();
    });

    test('leaves no connection behind', async () => {
      const stage = await start();
      await stage.driver.connect(never);
      await read(stage);
      await stage.driver.close();
      expect(await stage.close()).toBe(0);
    });
  });
}
