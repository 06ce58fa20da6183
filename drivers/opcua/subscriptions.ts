import type { DataValue, EventFieldList, NotificationMessage } from 'node-opcua-client';
import type { Clock } from '../../gateway/contract/index.js';
import { SilenceWatch } from '../streams/index.js';
import type { Connection } from './connection.js';
import type { Course, Item } from './items.js';
import type { Opcua } from './library.js';
import type { LinkSettings } from './link-schema.js';
import type { LiveValues } from './values/live-values.js';
import { createItems, type HandledItem, type RefusedItem } from './monitored-items.js';
import { PublishLoop } from './publish-loop.js';
import { Status } from './values/status-quality.js';
import type { WireAccount } from './wire-account.js';

export interface SubscriptionsOptions {
  readonly opcua: Opcua;
  readonly connection: Connection;
  readonly settings: LinkSettings;
  readonly clock: Clock;
  readonly itemsAtOnce: number;
  readonly live: LiveValues;
  readonly account: WireAccount;
  /** Events of items made by `addEvents`, in order. */
  readonly onEvents: (events: readonly EventFieldList[]) => Promise<void>;
}

/** Keep-alives that may fail to come before a subscription counts as silent. */
const keepAlivesMissed = 3;

/** One subscription as the server granted it. */
interface Granted {
  readonly id: number;
  readonly everyMs: number;
  /** A longer silence is a loss. */
  readonly silenceMs: number;
  readonly items: readonly HandledItem[];
  /** Some item has structures, which are decoded by what the server tells of their types. */
  readonly hasStructures: boolean;
}

/** The subscriptions of one session: made, listened to and watched for silence. They end with the connection. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #loop: PublishLoop;
  readonly #granted = new Map<number, Granted>();
  /** By client handle. */
  readonly #items: (Item | undefined)[] = [];
  #watch: SilenceWatch | undefined;

  constructor(options: SubscriptionsOptions) {
    const { opcua, connection, account } = options;
    this.#options = options;
    this.#loop = new PublishLoop(opcua, connection, {
      notified: (id, message, sentAt) => this.#notified(id, message, sentAt),
      heard: (id) => this.#watch?.heard(String(id)),
      missed: (count) => {
        account.missedNotifications += count;
      },
    });
  }

  /** Makes a subscription for the items of a course. */
  async add({ everyMs, items }: Course): Promise<void> {
    const handled = items.map((item) => ({ item, handle: this.#items.push(item) - 1 }));
    const id = await this.#create(everyMs, handled);
    for (const { item } of handled) if (!item.nodeId) this.#options.live.refuse(item, Status.badNodeIdUnknown);
    const present = handled.filter(({ item }) => item.nodeId);
    for (const { item, status } of await this.#watchItems(id, present)) this.#options.live.refuse(item, status);
  }

  /** Watches items the server did not have before and has now; one it refuses again has been told of. */
  async addFound(found: ReadonlySet<Item>): Promise<void> {
    for (const { id, items } of this.#granted.values()) {
      const some = items.filter(({ item }) => found.has(item));
      if (some.length > 0) await this.#watchItems(id, some);
    }
  }

  /** A subscription of its own for events; `make` makes its item and gets subscription and handle. */
  async addEvents(everyMs: number, make: (subscriptionId: number, handle: number) => Promise<void>): Promise<void> {
    const handle = this.#items.push(undefined) - 1;
    await make(await this.#create(everyMs, []), handle);
  }

  /** From now on notifications are taken, and silence is noticed. */
  start(): void {
    const { clock, connection, settings } = this.#options;
    const limits = new Map([...this.#granted.values()].map(({ id, silenceMs }) => [String(id), silenceMs]));
    this.#watch = new SilenceWatch({
      limits,
      clock,
      silent: (_, silentMs) =>
        connection.lose(
          `a subscription has been silent for ${silentMs} ms, with keep-alives of ${settings.keepAlive} ms`,
        ),
    });
    if (limits.size > 0) this.#watch.start();
    for (const id of this.#granted.keys()) this.#loop.add(id);
    this.#options.live.flush();
  }

  async stop(): Promise<void> {
    await this.#watch?.stop();
  }

  async #create(everyMs: number, items: readonly HandledItem[]): Promise<number> {
    const { connection, settings } = this.#options;
    const keepAliveCount = Math.max(1, Math.ceil(settings.keepAlive / everyMs));
    const lifetimeCount = Math.max(3 * keepAliveCount, Math.ceil(settings.sessionTimeout / everyMs));
    const granted = await connection.ask('subscribe', () =>
      connection.session.createSubscription({
        requestedPublishingInterval: everyMs,
        requestedMaxKeepAliveCount: keepAliveCount,
        requestedLifetimeCount: lifetimeCount,
        maxNotificationsPerPublish: 0,
        publishingEnabled: true,
        priority: 0,
      }),
    );
    const id = granted.subscriptionId;
    const grantedMs = granted.revisedPublishingInterval;
    const hasStructures = items.some(({ item }) => item.targets.some(({ field }) => field.length > 0));
    const silenceMs = keepAlivesMissed * granted.revisedMaxKeepAliveCount * grantedMs + settings.timeout;
    this.#granted.set(id, { id, everyMs: grantedMs, silenceMs, items, hasStructures });
    return id;
  }

  async #watchItems(id: number, items: readonly HandledItem[]): Promise<readonly RefusedItem[]> {
    const { opcua, connection, itemsAtOnce, account } = this.#options;
    const { refused, withoutDeadband } = await createItems(opcua, connection, id, items, itemsAtOnce);
    for (const { item } of refused) item.nodeId = undefined;
    account.withoutDeadband += withoutDeadband;
    return refused;
  }

  #notified(id: number, { notificationData }: NotificationMessage, sentAt: number | undefined): void | Promise<void> {
    const { opcua, connection, account } = this.#options;
    account.notifications += 1;
    const granted = this.#granted.get(id);
    const waits: (() => Promise<void>)[] = [];
    for (const notification of notificationData ?? []) {
      if (notification instanceof opcua.DataChangeNotification) {
        const items = notification.monitoredItems ?? [];
        if (!granted?.hasStructures) this.#take(items, sentAt, granted);
        else waits.push(() => this.#decodeAndTake(items, sentAt, granted));
      } else if (notification instanceof opcua.EventNotificationList) {
        waits.push(() => this.#options.onEvents(notification.events ?? []));
      } else if (notification instanceof opcua.StatusChangeNotification) {
        connection.lose(`the server ended a subscription: ${notification.status.name}`);
      }
    }
    return waits.length === 0 ? undefined : inTurn(waits);
  }

  async #decodeAndTake(items: readonly Notified[], sentAt: number | undefined, granted: Granted): Promise<void> {
    const { opcua, connection } = this.#options;
    const values = items.map(({ value }) => value);
    await connection.ask('read the types of structures', () =>
      opcua.promoteOpaqueStructure(connection.session, values),
    );
    this.#take(items, sentAt, granted);
  }

  #take(items: readonly Notified[], sentAt: number | undefined, granted: Granted | undefined): void {
    const { live } = this.#options;
    for (const { clientHandle, value } of items) {
      const item = this.#items[clientHandle];
      if (item) live.take(item, value, sentAt, granted?.everyMs ?? 0);
    }
    live.flush();
  }
}

interface Notified {
  readonly clientHandle: number;
  readonly value: DataValue;
}

async function inTurn(acts: readonly (() => Promise<void>)[]): Promise<void> {
  for (const act of acts) await act();
}
