import {
  type Acknowledged,
  type AcknowledgedBy,
  type Acknowledging,
  type Driver,
  type EntryStamp,
  isAcknowledging,
  type Log,
  type RecordEntry,
} from '../contract/index.js';
import { type AlarmDefinition, saysTrue } from './alarms/definition.js';

/** The alarm that was acknowledged: its key, and what its condition says of which tag. */
type AcknowledgedAlarm = Pick<AlarmDefinition, 'key' | 'device' | 'tag' | 'kind' | 'limit'>;

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

/** One acknowledgement, and what it is of at the device. */
interface Passed {
  readonly alarm: AcknowledgedAlarm;
  readonly by: AcknowledgedBy;
  readonly acknowledged: Acknowledged;
}

/** The acknowledgements of one link, one after the other. */
interface Door {
  readonly driver: Acknowledging;
  waiting: number;
  last: Promise<void>;
}

/**
 * Passes what people acknowledged on to the devices that called it, where the driver can and the site file lets it: of all
 * alarms of a tag only the one that says it is true, and of the device's own alarms those it had told when the person
 * acted. The gateway's own alarm has been acknowledged before and waits for nothing: what came of it at the device is a
 * record of the device, with the names of those alarms, and a line of the log, with the remedy where it failed. Nothing is
 * tried again.
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
    const door = saysTrue(alarm) ? this.#doors.get(alarm.device) : undefined;
    const acknowledged = door?.driver.acknowledge(alarm.device, alarm.tag);
    if (!door || !acknowledged) return;
    const passed: Passed = { alarm, by, acknowledged };
    if (door.waiting >= waitingMax) {
      this.#failed(passed, `${waitingMax} acknowledgements wait for this link: acknowledge it at the device itself`);
      return;
    }
    door.waiting += 1;
    door.last = door.last
      .then(() => this.#send(passed))
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

  async #send(passed: Passed): Promise<void> {
    const { alarm, by, acknowledged } = passed;
    const { key, device, tag } = alarm;
    const { signal } = this.#stopping;
    try {
      signal.throwIfAborted();
      const outcome = await acknowledged.send(by, signal);
      this.#note(passed, { outcome });
      this.#options.log.info({ device, tag, alarm: key, outcome }, 'an acknowledgement was passed on to the device');
    } catch (error) {
      const reason = signal.aborted ? 'the gateway was stopped: acknowledge it at the device itself' : wordsOf(error);
      this.#failed(passed, reason);
    }
  }

  #failed(passed: Passed, reason: string): void {
    const { key, device, tag } = passed.alarm;
    this.#note(passed, { outcome: 'failed', reason });
    this.#options.log.warn({ device, tag, alarm: key, reason }, 'an acknowledgement did not reach the device');
  }

  #note({ alarm: { key, device, tag }, by, acknowledged }: Passed, came: Readonly<Record<string, string>>): void {
    const fields = { alarm: key, tag, ...by, conditions: acknowledged.of, ...came };
    this.#options.note({ kind: 'record', device, name: 'acknowledgement', at: null, id: '', fields });
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
