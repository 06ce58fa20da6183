import type { Json } from '../contract/index.js';
import type { Gateway } from './gateway.js';

/** What a named user may do to a running gateway. Every act is audited before it takes effect. */
export class GatewayActs {
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Vouches for the machine's clock as it is now: records held for want of a time are labelled and leave. */
  async believeClock(who: string): Promise<void> {
    const { timeline, journal } = this.#gateway;
    await this.#audited(who, 'clock set', { utc: new Date(this.#gateway.clock.utc()).toISOString() });
    timeline.believe(`user ${who}`);
    await journal.committed();
  }

  /** Forgets where a sink that is no longer configured stood. False when the journal knows no such sink. */
  async forgetSink(who: string, sink: string): Promise<'forgotten' | 'unknown' | 'configured'> {
    const { journal, site } = this.#gateway;
    if (site.sinks.some(({ name }) => name === sink)) return 'configured';
    if (!journal.knownSinks.has(sink)) return 'unknown';
    await this.#audited(who, 'sink forget', { sink });
    journal.savePositions(
      new Map([
        [`${sink}/samples`, null],
        [`${sink}/alarms`, null],
      ] as const),
    );
    await journal.committed();
    return 'forgotten';
  }

  async #audited(who: string, action: string, detail: Json): Promise<void> {
    const { journal, timeline } = this.#gateway;
    journal.audit(timeline.stamp(), { who, action, detail });
    await journal.committed();
  }
}
