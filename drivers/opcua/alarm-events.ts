import type { EventFieldList, Variant } from 'node-opcua-client';
import { type Happening, NotConnected } from '../../gateway/contract/index.js';
import { readAlarmFields, selectClauses } from './alarm-fields.js';
import type { Connection } from './connection.js';
import type { Opcua } from './library.js';
import type { NodeName } from './place.js';
import { type Namespaces, nodeIdOf } from './find-nodes.js';
import { isBadStatus } from './status-quality.js';
import type { Subscriptions } from './subscriptions.js';

/** Whose events are whose alarms. */
export interface AlarmSource {
  readonly device: string;
  readonly notifier: NodeName;
}

export interface AlarmSession {
  readonly opcua: Opcua;
  readonly connection: Connection;
  readonly namespaces: Namespaces;
  readonly subscriptions: Subscriptions;
}

/** RefreshStart, RefreshEnd and RefreshRequired: about the subscription, not about the plant (OPC 10000-9 §5.11). */
const refreshEvents: readonly string[] = ['ns=0;i=2787', 'ns=0;i=2788'];
const refreshRequired = 'ns=0;i=2789';
const conditionType = 'i=2782';
const conditionRefresh = 'i=3875';
const eventNotifierAttribute = 12;
const browseNameAttribute = 3;

/** Events between two notifications that are told in one, and those the server keeps meanwhile. */
const publishingMs = 500;
const queueSize = 10_000;
/** Identities remembered so that a refresh tells nothing twice; the oldest are forgotten, then the host tells doubles apart. */
const toldMax = 10_000;
const typesMax = 1000;

/** Alarms and events of a server, told once each (OPC 10000-9). Lives as long as the driver; sessions come and go. */
export class AlarmEvents {
  readonly #sources: readonly AlarmSource[];
  readonly #happened: (happening: Happening) => void;
  readonly #told = new Set<string>();
  readonly #typeNames = new Map<string, string>();
  #session: AlarmSession | undefined;
  /** By client handle. */
  #devices = new Map<number, string>();
  #subscriptionIds: number[] = [];

  constructor(sources: readonly AlarmSource[], happened: (happening: Happening) => void) {
    this.#sources = sources;
    this.#happened = happened;
  }

  /** Subscribes each source. A source the server does not have, or that notifies of nothing, rejects in words. */
  async subscribe(session: AlarmSession): Promise<void> {
    this.#session = session;
    this.#devices = new Map();
    this.#subscriptionIds = [];
    // Type names are written with namespace indices, which may have changed.
    this.#typeNames.clear();
    for (const { device, notifier } of this.#sources) {
      await session.subscriptions.addEvents(publishingMs, async (subscriptionId, handle) => {
        await this.#watch(session, subscriptionId, handle, device, notifier);
        this.#devices.set(handle, device);
        this.#subscriptionIds.push(subscriptionId);
      });
    }
  }

  /** Asks for the alarms that stand; to be called once notifications are taken. */
  async refresh({ opcua, connection }: AlarmSession): Promise<void> {
    for (const subscriptionId of this.#subscriptionIds) {
      const inputArguments = [{ dataType: opcua.DataType.UInt32, value: subscriptionId }];
      const call = { objectId: conditionType, methodId: conditionRefresh, inputArguments };
      // A server without conditions refuses; its events come all the same.
      await connection.ask('refresh its alarms', () => connection.session.call(call)).catch(passRefusal);
    }
  }

  /** Takes the events of one notification, in order. */
  async take(events: readonly EventFieldList[]): Promise<void> {
    for (const event of events) if (this.#session) await this.#tell(this.#session, event);
  }

  async #tell(session: AlarmSession, { clientHandle, eventFields }: EventFieldList): Promise<void> {
    const device = this.#devices.get(clientHandle);
    const variants = (eventFields ?? []) as Variant[];
    const { id, eventType, time, isCondition, fields } = readAlarmFields(variants, session.namespaces);
    if (device === undefined || refreshEvents.includes(eventType)) return;
    if (eventType === refreshRequired) return this.refresh(session);
    if (id !== '' && this.#told.has(`${device} ${id}`)) return;
    const type = await this.#typeName(session, eventType);
    // What the server notes of its own users and sessions is no happening of the plant.
    if (eventType.startsWith('ns=0;') && type.startsWith('Audit')) return;
    this.#remember(`${device} ${id}`);
    this.#happened({
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

  async #watch(
    { opcua, connection, namespaces }: AlarmSession,
    subscriptionId: number,
    clientHandle: number,
    device: string,
    notifier: NodeName,
  ): Promise<void> {
    const nodeId = nodeIdOf(opcua, namespaces, notifier) ?? null;
    const { results } = await connection.ask('watch events', () =>
      connection.session.createMonitoredItems({
        subscriptionId,
        itemsToCreate: [
          {
            itemToMonitor: { nodeId, attributeId: eventNotifierAttribute },
            monitoringMode: opcua.MonitoringMode.Reporting,
            requestedParameters: {
              clientHandle,
              samplingInterval: 0,
              queueSize,
              discardOldest: true,
              filter: new opcua.EventFilter({ selectClauses }),
            },
          },
        ],
      }),
    );
    const status = results?.[0]?.statusCode;
    if (status && !isBadStatus(status.value)) return;
    const cause = status?.name ?? 'no result';
    throw new NotConnected(
      `the server gives no events of ${notifier.id} for ${device} (${cause}): check \`notifier\`, or write \`alarms: false\``,
    );
  }

  /** The type's browse name; one the server does not tell goes by its NodeId. */
  async #typeName({ connection }: AlarmSession, eventType: string): Promise<string> {
    const known = this.#typeNames.get(eventType);
    if (known !== undefined) return known;
    const node = { nodeId: eventType, attributeId: browseNameAttribute };
    const { value } = await connection.ask('read the type of an event', () => connection.session.read(node));
    const name: unknown = (value.value as { readonly name?: unknown } | null)?.name;
    const text = typeof name === 'string' ? name : eventType;
    if (this.#typeNames.size < typesMax) this.#typeNames.set(eventType, text);
    return text;
  }
}

function passRefusal(error: unknown): void {
  if (error instanceof NotConnected) throw error;
}
