import {
  type AcknowledgedBy,
  type Acknowledging,
  type Driver,
  type EntryStamp,
  isAcknowledging,
  type Log,
  type RecordEntry,
} from '../contract/index.js';
import type { AlarmDefinition } from './alarms/definition.js';

/** The alarm that was acknowledged: its key, and the tag its condition is of. */
type AcknowledgedAlarm = Pick<AlarmDefinition, 'key' | 'device' | 'tag'>;

export interface DeviceAcknowledgementsOptions {
  readonly links: readonly {
    readonly driver: Driver;
    readonly config: { readonly devices: readonly { readonly name: string }[] };
  }[];
  readonly note: (record: Omit<RecordEntry, keyof EntryStamp>) => void;
  readonly log: Log;
}

/** Acknowledgements that wait for one link; beyond it they are not passed on, and told so. */
export const waitingMax = 100;

/** The acknowledgements of one link, one after the other. */
interface Door {
  readonly driver: Acknowledging;
  waiting: number;
  last: Promise<void>;
}

/**
 * Passes what people acknowledged on to the devices that called it, where the driver can and the site file lets it. The
 * gateway's own alarm has been acknowledged before and waits for nothing: what came of it at the device is a record of the
 * device and a line of the log, with the remedy where it failed. Nothing is tried again.
 */
export class DeviceAcknowledgements {
  readonly #options: DeviceAcknowledgementsOptions;
  readonly #doors = new Map<string, Door>();
  readonly #stopping = new AbortController();

  constructor(options: DeviceAcknowledgementsOptions) {
    this.#options = options;
    for (const { driver, config } of options.links) {
      if (!isAcknowledging(driver)) continue;
      const door: Door = { driver, waiting: 0, last: Promise.resolve() };
      for (const { name } of config.devices) this.#doors.set(name, door);
    }
  }

  /** Returns at once. */
  pass(alarm: AcknowledgedAlarm, by: AcknowledgedBy): void {
    const door = this.#doors.get(alarm.device);
    if (!door) return;
    if (door.waiting >= waitingMax) {
      this.#failed(alarm, by, `${waitingMax} acknowledgements wait for this link: acknowledge it at the device itself`);
      return;
    }
    door.waiting += 1;
    door.last = door.last
      .then(() => this.#pass(door.driver, alarm, by))
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'an acknowledgement could not be told of'))
      .finally(() => {
        door.waiting -= 1;
      });
  }

  /** Resolves when what came of everything passed so far was told. */
  async settled(): Promise<void> {
    await Promise.all([...this.#doors.values()].map(({ last }) => last));
  }

  /** What is under way ends with its driver; what waits is not begun. */
  stop(): Promise<void> {
    this.#stopping.abort();
    return this.settled();
  }

  async #pass(driver: Acknowledging, alarm: AcknowledgedAlarm, by: AcknowledgedBy): Promise<void> {
    const { key, device, tag } = alarm;
    const { signal } = this.#stopping;
    try {
      signal.throwIfAborted();
      const outcome = await driver.acknowledge(device, tag, by, signal);
      if (outcome === 'not-passed-on') return;
      this.#note(alarm, by, { outcome });
      this.#options.log.info({ device, tag, alarm: key, outcome }, 'an acknowledgement was passed on to the device');
    } catch (error) {
      const reason = signal.aborted ? 'the gateway was stopped: acknowledge it at the device itself' : wordsOf(error);
      this.#failed(alarm, by, reason);
    }
  }

  #failed(alarm: AcknowledgedAlarm, by: AcknowledgedBy, reason: string): void {
    const { key, device, tag } = alarm;
    this.#note(alarm, by, { outcome: 'failed', reason });
    this.#options.log.warn({ device, tag, alarm: key, reason }, 'an acknowledgement did not reach the device');
  }

  #note({ key, device, tag }: AcknowledgedAlarm, by: AcknowledgedBy, came: Readonly<Record<string, string>>): void {
    const fields = { alarm: key, tag, ...by, ...came };
    this.#options.note({ kind: 'record', device, name: 'acknowledgement', at: null, id: '', fields });
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
