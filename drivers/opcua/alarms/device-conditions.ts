import type { Acknowledged, AcknowledgedBy, Log, Reading } from '../../../gateway/contract/index.js';
import { acknowledgeCondition } from './acknowledge-condition.js';
import type { AlarmSession } from './alarm-session.js';
import type { AlarmFields } from './alarm-fields.js';
import { checkConditions } from './check-conditions.js';
import { ConditionStates, type ConditionTold } from './condition-states.js';
import { type ConditionTag, conditionReadings } from './condition-tags.js';

export interface DeviceConditionsOptions {
  readonly link: string;
  readonly device: string;
  readonly tags: readonly ConditionTag[];
  readonly tell: (reading: Reading) => void;
  readonly log: Log;
}

/** An event the server tells with a refresh may be long past: then its alarm stands, and the value is of now. */
const freshMs = 30_000;

/** Conditions that did not take an acknowledgement, named one by one; the rest is counted. */
const namedMax = 3;

/** The tags of one device that stand for conditions of the server: told as values, and acknowledged. */
export class DeviceConditions {
  readonly #options: DeviceConditionsOptions;
  readonly #states: ConditionStates;
  #isRefusalTold = false;

  constructor(options: DeviceConditionsOptions) {
    this.#options = options;
    this.#states = new ConditionStates(options.tags.map(({ name }) => name));
  }

  get isRefreshed(): boolean {
    return this.#states.isRefreshed;
  }

  begin(): void {
    this.#states.begin();
  }

  refreshBegan(): void {
    this.#states.refreshBegan();
  }

  /** `time` of the server, ms UTC. */
  async refreshEnded(session: AlarmSession, time: number | undefined): Promise<void> {
    const doubtful = this.#states.doubtful();
    if (doubtful.length > 0) for (const told of await checkConditions(session, doubtful)) this.#states.take(told);
    this.#tell(this.#states.refreshEnded(time), (then) => time !== undefined && time - then <= freshMs, 0);
  }

  /** The server does not say what stands; told once, until it does. */
  unrefreshed(why: string): void {
    const { link, device } = this.#options;
    this.#tell(this.#states.unrefreshed(), () => true, freshMs);
    if (this.#isRefusalTold) return;
    this.#isRefusalTold = true;
    this.#options.log.warn(
      { link, device, reason: why },
      'the server does not tell which of its alarms stand: each of their tags is without a value until its first event',
    );
  }

  /** Takes an event of the device; `behindMs`: how long the server may keep one back. */
  take(event: AlarmFields, behindMs: number): void {
    const told = toldBy(event);
    if (told) this.#tell(this.#states.take(told), () => true, behindMs);
  }

  /** Acknowledges every condition of a tag that is known and not acknowledged yet. Rejects with what failed of it. */
  async acknowledge(
    session: AlarmSession,
    tag: string,
    by: AcknowledgedBy,
    signal: AbortSignal,
  ): Promise<Acknowledged> {
    const at = this.#options.tags.findIndex((one) => one.tag === tag);
    if (this.#states.at(at).state === 'unknown') {
      throw new Error('the server has not told yet how its alarms stand: acknowledge it at the server itself');
    }
    const failures: Error[] = [];
    let isTaken = false;
    for (const told of this.#states.conditionsOf(at)) {
      signal.throwIfAborted();
      try {
        if ((await acknowledgeCondition(session, told, by)) === 'taken') isTaken = true;
        this.#states.acknowledged(told);
      } catch (error) {
        failures.push(error as Error);
      }
    }
    if (failures.length === 0) return isTaken ? 'taken' : 'already';
    const sentences = [...new Set(failures.map(({ message }) => message))];
    const more = sentences.length > namedMax ? [`and ${sentences.length - namedMax} more`] : [];
    throw new Error([...sentences.slice(0, namedMax), ...more].join('; '), { cause: failures[0] });
  }

  #tell(some: readonly number[], isOfNow: (time: number) => boolean, behindMs: number): void {
    const { tags, tell } = this.#options;
    for (const reading of conditionReadings(tags, some, this.#states, isOfNow, behindMs)) tell(reading);
  }
}

/** What an event says of the trunk of a condition; undefined where it says nothing of one. */
function toldBy({ id, time, fields }: AlarmFields): ConditionTold | undefined {
  const { conditionId, conditionName, branchId, source, enabled, active, acked, retain } = fields;
  if (typeof conditionId !== 'string' || typeof conditionName !== 'string' || branchId !== undefined) return undefined;
  return {
    id: conditionId,
    condition: conditionName,
    source: typeof source === 'string' ? source : '',
    eventId: id,
    time,
    isEnabled: enabled !== false,
    isActive: typeof active === 'boolean' ? active : undefined,
    isAcked: typeof acked === 'boolean' ? acked : undefined,
    isRetained: retain === true,
  };
}
