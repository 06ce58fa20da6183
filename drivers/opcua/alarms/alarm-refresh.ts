import { type Clock, NotConnected } from '../../../gateway/contract/index.js';
import { isBadStatus } from '../values/status-quality.js';
import type { AlarmSession } from './alarm-session.js';
import type { DeviceConditions } from './device-conditions.js';

export interface AlarmRefreshOptions {
  readonly subscriptionId: number;
  /** Undefined where alarms are told as records alone. */
  readonly conditions: DeviceConditions | undefined;
  readonly clock: Clock;
  /** A refresh that has not ended after so long does not tell what stands; the next one may take twice as long. */
  readonly timeoutMs: number;
}

const conditionType = 'i=2782';
const conditionRefresh = 'i=3875';
/** A server that cannot tell what stands is asked this often at last, in time-outs. */
const timeoutsMax = 60;

/**
 * Asks the server which alarms of one subscription stand (OPC 10000-9 §5.5.7), and as long as it does not tell, again: at
 * first after one time-out, then after twice as long, and so on.
 */
export class AlarmRefresh {
  readonly #options: AlarmRefreshOptions;
  #askedAtMs = 0;
  #patienceMs: number;

  constructor(options: AlarmRefreshOptions) {
    this.#options = options;
    this.#patienceMs = options.timeoutMs;
  }

  /** `isAfterLoss`: the server told something of its alarms that did not come. One without conditions refuses. */
  async ask({ opcua, connection }: AlarmSession, isAfterLoss: boolean): Promise<void> {
    const { subscriptionId, conditions, clock } = this.#options;
    this.#askedAtMs = clock.monotonic();
    conditions?.refreshAsked(isAfterLoss);
    const inputArguments = [{ dataType: opcua.DataType.UInt32, value: subscriptionId }];
    const call = { objectId: conditionType, methodId: conditionRefresh, inputArguments };
    const refusal = await connection
      .ask('refresh its alarms', () => connection.session.call(call))
      .then(({ statusCode }) => (isBadStatus(statusCode.value) ? statusCode.name : undefined), refusalWords);
    if (refusal !== undefined) conditions?.unrefreshed(refusal);
  }

  /** To be called each time-out: asks again where no answer has come for so long. */
  async look(session: AlarmSession): Promise<void> {
    const { conditions, clock, timeoutMs } = this.#options;
    if (!conditions || conditions.isRefreshed) {
      this.#patienceMs = timeoutMs;
      return;
    }
    if (clock.monotonic() - this.#askedAtMs < this.#patienceMs) return;
    conditions.unrefreshed(`no end of its refresh within ${this.#patienceMs} ms`);
    this.#patienceMs = Math.min(2 * this.#patienceMs, timeoutsMax * timeoutMs);
    await this.ask(session, false);
  }
}

function refusalWords(error: unknown): string {
  if (error instanceof NotConnected) throw error;
  return error instanceof Error ? error.message : String(error);
}
