import { type AcknowledgedBy, type Log, NotConnected, type Reading } from '../../../gateway/contract/index.js';
import { acknowledgeCondition, conditionTitle } from './acknowledge-condition.js';
import { NoAnswer } from '../connection.js';
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

/** Conditions named one by one where some failed; the rest is counted. */
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

  /** The server is asked to tell what stands; `isAfterLoss`: some of what it told before did not come. */
  refreshAsked(isAfterLoss: boolean): void {
    if (isAfterLoss) this.#states.doubt();
    this.#states.refreshAsked();
  }

  refreshBegan(): void {
    this.#states.refreshBegan();
  }

  /** `time` of the server, ms UTC. */
  async refreshEnded(session: AlarmSession, time: number | undefined): Promise<void> {
    const doubtful = this.#states.doubtful();
    if (doubtful.length > 0) for (const told of await this.#check(session, doubtful)) this.#states.take(told);
    this.#tell(this.#states.refreshEnded(time), (then) => time !== undefined && time - then <= freshMs, 0);
    if (this.isRefreshed) this.#isRefusalTold = false;
  }

  /** The server does not say what stands, or did not end to; told once, until it does. */
  unrefreshed(why: string): void {
    const { link, device } = this.#options;
    this.#tell(this.#states.unrefreshed(), () => true, freshMs);
    if (this.#isRefusalTold) return;
    this.#isRefusalTold = true;
    this.#options.log.warn(
      { link, device, reason: why },
      'the server does not tell which of its alarms stand: each of their tags is without a value until its first event, and uncertain where events were lost or its source is not given; it is asked again',
    );
  }

  /** Takes an event of the device; `behindMs`: how long the server may keep one back. */
  take(event: AlarmFields, behindMs: number): void {
    const told = toldBy(event);
    if (told) this.#tell(this.#states.take(told), () => true, behindMs);
  }

  /**
   * What waits for its acknowledgement of the conditions of a tag, as they were last told; undefined where the server has
   * not told yet how they stand. One that does not tell whether it was acknowledged does not wait: it is disabled, or of a
   * type that never is.
   */
  waiting(tag: string): readonly ConditionTold[] | undefined {
    const at = this.#options.tags.findIndex((one) => one.tag === tag);
    if (this.#states.at(at).state === 'unknown') return undefined;
    return this.#states.conditionsOf(at).filter(({ isAcked }) => isAcked === false);
  }

  /**
   * Acknowledges conditions by the events they had told. Rejects with what failed of it; after one the server does not
   * answer to, the rest is not sent, so that many do not hold up the link for so many time-outs.
   */
  async acknowledge(
    session: AlarmSession,
    waiting: readonly ConditionTold[],
    by: AcknowledgedBy,
    signal: AbortSignal,
  ): Promise<'taken' | 'already'> {
    const failures: Error[] = [];
    let isTaken = false;
    for (const [at, told] of waiting.entries()) {
      signal.throwIfAborted();
      try {
        if ((await acknowledgeCondition(session, told, by)) === 'taken') isTaken = true;
        this.#states.acknowledged(told);
      } catch (error) {
        failures.push(error as Error);
        const left = waiting.length - at - 1;
        if (!(error instanceof NoAnswer) || left === 0) continue;
        failures.push(new Error(`${left} more were not sent: acknowledge them at the server itself`));
        break;
      }
    }
    if (failures.length === 0) return isTaken ? 'taken' : 'already';
    const sentences = [...new Set(failures.map(({ message }) => message))];
    const more = sentences.length > namedMax ? [`and ${sentences.length - namedMax} more`] : [];
    throw new Error([...sentences.slice(0, namedMax), ...more].join('; '), { cause: failures[0] });
  }

  /** The nodes of conditions; a server that does not let them be read shows none of them. */
  async #check(session: AlarmSession, doubtful: readonly ConditionTold[]): Promise<readonly ConditionTold[]> {
    try {
      return await checkConditions(session, doubtful);
    } catch (error) {
      if (error instanceof NotConnected) throw error;
      const { link, device, log } = this.#options;
      log.warn(
        { link, device, err: error, conditions: doubtful.map(conditionTitle).slice(0, namedMax) },
        'the server lists some alarms no more, and does not let their states be read: their tags stay as they were, uncertain, until the next event of each',
      );
      return [];
    }
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
