import type { EventFieldList, Variant } from 'node-opcua-client';
import { type Acknowledged, type Clock, type Happening, NotConnected } from '../../../gateway/contract/index.js';
import { conditionTitle } from './acknowledge-condition.js';
import { type AlarmFields, readAlarmFields } from './alarm-fields.js';
import { AlarmRefresh } from './alarm-refresh.js';
import type { DeviceConditions } from './device-conditions.js';
import { EventTypeNames } from './event-type-names.js';
import type { NodeName } from '../place.js';
import type { AlarmSession } from './alarm-session.js';
import { watchEvents } from './watch-events.js';

/** Whose events are whose alarms. */
export interface AlarmSource {
  readonly device: string;
  readonly notifier: NodeName;
  /** Its alarms and events are told as records. */
  readonly records: boolean;
  /** Its tags that stand for conditions. */
  readonly conditions: DeviceConditions | undefined;
}

export interface AlarmEventsOptions {
  readonly happened: (happening: Happening) => void;
  readonly clock: Clock;
  /** A refresh that has not ended after so long does not tell what stands. */
  readonly timeoutMs: number;
  /** Notifications lost on the way so far: what they told is asked for again. */
  readonly missed: () => number;
}

/** RefreshStart, RefreshEnd and RefreshRequired: about the subscription, not about the plant (OPC 10000-9 §5.11). */
const refreshStart = 'ns=0;i=2787';
const refreshEnd = 'ns=0;i=2788';
const refreshRequired = 'ns=0;i=2789';
/** EventQueueOverflowEventType: the server had more to tell than it keeps (OPC 10000-4 §7.22.3). */
const queueOverflow = 'ns=0;i=3035';

const remedy = 'acknowledge it at the server itself';

/** Events between two notifications are told in one. */
const publishingMs = 500;
/** Identities remembered so that a refresh tells nothing twice; the oldest are forgotten, then the host tells doubles apart. */
const toldMax = 10_000;

/** Alarms and events of a server, told once each (OPC 10000-9). Lives as long as the driver; sessions come and go. */
export class AlarmEvents {
  readonly #sources: readonly AlarmSource[];
  readonly #options: AlarmEventsOptions;
  readonly #told = new Set<string>();
  readonly #typeNames = new EventTypeNames();
  #session: AlarmSession | undefined;
  /** By client handle. */
  #watched = new Map<number, AlarmSource>();
  #refreshes: AlarmRefresh[] = [];

  constructor(sources: readonly AlarmSource[], options: AlarmEventsOptions) {
    this.#sources = sources;
    this.#options = options;
  }

  /** Subscribes each source. A source the server does not have, or that notifies of nothing, rejects in words. */
  async subscribe(session: AlarmSession): Promise<void> {
    this.#session = session;
    this.#watched = new Map();
    this.#refreshes = [];
    this.#typeNames.clear();
    for (const source of this.#sources) {
      source.conditions?.begin();
      await session.subscriptions.addEvents(publishingMs, async (subscriptionId, handle) => {
        await watchEvents(session, subscriptionId, handle, source);
        this.#watched.set(handle, source);
        this.#refreshes.push(new AlarmRefresh({ ...this.#options, subscriptionId, conditions: source.conditions }));
      });
    }
  }

  /**
   * Asks for the alarms that stand, and again where the server did not tell them or notifications were lost, until the
   * connection ends. To be called once notifications are taken.
   */
  async refresh(session: AlarmSession): Promise<void> {
    const { clock, timeoutMs, missed } = this.#options;
    const { ended } = session.connection;
    let missedBefore = missed();
    for (const refresh of this.#refreshes) await refresh.ask(session, false);
    for (;;) {
      await clock.wait(timeoutMs, ended);
      if (ended.aborted) return;
      for (const refresh of this.#refreshes) await refresh.look(session);
      if (missed() === missedBefore) continue;
      missedBefore = missed();
      await this.#askAfterLoss(session);
    }
  }

  /** What waits for an acknowledgement of the conditions of a tag now. To be sent in the session of then. */
  acknowledge(device: string, tag: string): Acknowledged | undefined {
    const conditions = this.#sources.find((source) => source.device === device)?.conditions;
    if (!conditions) return undefined;
    const waiting = conditions.waiting(tag);
    return {
      of: (waiting ?? []).map(conditionTitle),
      send: async (by, signal) => {
        if (!waiting) throw new Error(`the server has not told yet how its alarms stand: ${remedy}`);
        if (!this.#session) throw new NotConnected(`the server was not connected yet: ${remedy}`);
        return conditions.acknowledge(this.#session, waiting, by, signal);
      },
    };
  }

  /** Takes the events of one notification, in order. */
  async take(events: readonly EventFieldList[]): Promise<void> {
    for (const event of events) if (this.#session) await this.#tell(this.#session, event);
  }

  async #askAfterLoss(session: AlarmSession): Promise<void> {
    for (const refresh of this.#refreshes) await refresh.ask(session, true);
  }

  async #tell(session: AlarmSession, { clientHandle, eventFields }: EventFieldList): Promise<void> {
    const source = this.#watched.get(clientHandle);
    if (!source) return;
    const { conditions, records } = source;
    const event = readAlarmFields((eventFields ?? []) as Variant[], session.namespaces);
    if (event.eventType === refreshStart) conditions?.refreshBegan();
    else if (event.eventType === refreshEnd) await conditions?.refreshEnded(session, event.time);
    else if (isRefreshDue(event.eventType)) await this.#askAfterLoss(session);
    else {
      conditions?.take(event, publishingMs);
      if (records) await this.#record(session, source.device, event);
    }
  }

  async #record(session: AlarmSession, device: string, event: AlarmFields): Promise<void> {
    const { id, eventType, time, isCondition, fields } = event;
    if (id !== '' && this.#told.has(`${device} ${id}`)) return;
    const type = await this.#typeNames.nameOf(session.connection, eventType);
    // What the server notes of its own users and sessions is no happening of the plant.
    if (eventType.startsWith('ns=0;') && type.startsWith('Audit')) return;
    this.#remember(`${device} ${id}`);
    this.#options.happened({
      device,
      name: isCondition ? 'alarm' : type,
      at: time,
      id,
      fields: { ...fields, eventType: type },
    });
  }

  #remember(identity: string): void {
    this.#told.add(identity);
    if (this.#told.size <= toldMax) return;
    for (const oldest of this.#told) {
      this.#told.delete(oldest);
      break;
    }
  }
}

const isRefreshDue = (eventType: string): boolean => eventType === refreshRequired || eventType === queueOverflow;
