import {
  type Acknowledged,
  type Acknowledging,
  type Counting,
  type DriverContext,
  type Happening,
  type LinkTables,
  NotConnected,
  type Probeable,
  type Reading,
  type SubscribedDriver,
  type Text,
  type Told,
} from '../../gateway/contract/index.js';
import { AlarmEvents, type AlarmSource } from './alarms/alarm-events.js';
import { conditionTags, hasConditions } from './alarms/condition-tags.js';
import { connect } from './connect.js';
import type { Connection } from './connection.js';
import { DeviceConditions } from './alarms/device-conditions.js';
import { serverObject } from './device-schema.js';
import { HistoryFiller } from './history/history-filler.js';
import { type Courses, compileCourses } from './items.js';
import type { Opcua, OpcuaSession } from './library.js';
import { LiveValues } from './values/live-values.js';
import type { OpcuaLink } from './opcua-link.js';
import { probeServer } from './probe-server.js';
import { SeenTimes } from './history/seen-times.js';
import { ServedSession } from './served-session.js';
import { isAlarm } from './tag-schema.js';
import { WireAccount } from './wire-account.js';

/** What is compiled for the tables of the host, once, and outlives sessions: what was seen, which gaps wait. */
interface Compiled extends Courses {
  readonly live: LiveValues;
  readonly alarms: AlarmEvents | undefined;
  readonly history: { readonly seen: SeenTimes; readonly filler: HistoryFiller } | undefined;
}

/** One OPC UA server: one session, and in it subscriptions, polls, alarms and history. */
export class OpcuaDriver implements SubscribedDriver, Counting, Probeable, Acknowledging {
  readonly #link: OpcuaLink;
  readonly #context: DriverContext;
  readonly #opcua: Opcua;
  readonly #account = new WireAccount();
  #connection: Connection | undefined;
  /** The session of a connection that was lost: the server still has it, unless it was the server that went. */
  #left: OpcuaSession | undefined;
  #served: ServedSession | undefined;
  #compiled: Compiled | undefined;
  #told: Told | undefined;

  constructor(link: OpcuaLink, context: DriverContext, opcua: Opcua) {
    this.#link = link;
    this.#context = context;
    this.#opcua = opcua;
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.#hangUp();
    const { name: link, settings } = this.#link;
    const options = { link, settings, context: this.#context, left: this.#left };
    this.#connection = await connect(this.#opcua, options, signal);
    this.#left = undefined;
    this.#account.sessions += 1;
  }

  async subscribe(tables: LinkTables, told: Told, signal: AbortSignal): Promise<void> {
    const connection = this.#connection;
    if (!connection) throw new NotConnected(`no connection to ${this.#link.settings.endpoint}: it was not opened yet`);
    this.#told = told;
    const { sheets: _, ...compiled } = this.#compile(tables);
    const served = new ServedSession({
      ...this.#context,
      ...compiled,
      opcua: this.#opcua,
      connection,
      link: this.#link.name,
      settings: this.#link.settings,
      account: this.#account,
    });
    this.#served = served;
    const abort = (): void => connection.lose('the attempt was ended');
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await served.prepare();
    } finally {
      signal.removeEventListener('abort', abort);
    }
    // After the caller has seen that the subscription stands.
    void this.#context.clock.wait(0, connection.ended).then(() => this.#begin(connection, served));
  }

  /** What the server is, and what of the site file it has. Opens a session when there is none, and closes it again. */
  async probe(signal: AbortSignal): Promise<Text> {
    const wasOpen = this.#connection;
    if (!wasOpen) await this.connect(signal);
    try {
      return await probeServer(this.#opcua, this.#connection as Connection, this.#link);
    } finally {
      if (!wasOpen) await this.close();
    }
  }

  /** Sessions, notifications, values, and what was lost of them. */
  counters(): Readonly<Record<string, number>> {
    return this.#account.counters();
  }

  acknowledge(device: string, tag: string): Acknowledged | undefined {
    const { settings, devices } = this.#link;
    const tags = devices.find(({ name }) => name === device)?.groups.flatMap((group) => group.tags) ?? [];
    const isOurs = tags.some(({ name, address }) => name === tag && isAlarm(address));
    if (!settings.acknowledge || !isOurs) return undefined;
    const alarms = this.#compiled?.alarms;
    if (alarms) return alarms.acknowledge(device, tag);
    const refused = new NotConnected(`no connection to ${settings.endpoint} yet: acknowledge it at the server itself`);
    return { of: [], send: () => Promise.reject(refused) };
  }

  async close(): Promise<void> {
    this.#told = undefined;
    await this.#hangUp();
  }

  #begin(connection: Connection, served: ServedSession): void {
    if (this.#served !== served || !this.#told) return;
    connection.onLost((error) => {
      if (this.#connection !== connection) return;
      this.#account.losses += 1;
      const told = this.#told;
      this.#told = undefined;
      told?.lost(error);
    });
    served.start();
  }

  async #hangUp(): Promise<void> {
    const [connection, served] = [this.#connection, this.#served];
    this.#connection = undefined;
    this.#served = undefined;
    this.#left = connection?.leftSession ?? this.#left;
    await connection?.close();
    await served?.stop();
  }

  #compile(tables: LinkTables): Compiled {
    const { settings, devices } = this.#link;
    const { learned } = this.#context;
    if (this.#compiled?.sheets.every((table) => tables.get(table.device)?.get(table.group) === table)) {
      return this.#compiled;
    }
    const tell = (reading: Reading): void => this.#told?.reading(reading);
    const courses = compileCourses(devices, tables, settings.publishing);
    const { sheets } = courses;
    const items = courses.courses.flatMap((course) => course.items);
    const seen = settings.history ? new SeenTimes(sheets, learned) : undefined;
    const rest = { opcua: this.#opcua, sheets, items, tell, account: this.#account, gapMaxMs: settings.historyMax };
    const live = new LiveValues(sheets, tell, this.#account, seen);
    this.#compiled = {
      ...courses,
      live,
      alarms: this.#alarms(tables, live),
      history: seen && { seen, filler: new HistoryFiller(rest) },
    };
    return this.#compiled;
  }

  #alarms(tables: LinkTables, live: LiveValues): AlarmEvents | undefined {
    const { name: link, devices, settings } = this.#link;
    const { clock, log } = this.#context;
    const tell = (reading: Reading): void => live.put(reading);
    const sources = devices
      .filter((device) => device.settings.alarms || hasConditions(device))
      .map((device): AlarmSource => {
        const { alarms, notifier = serverObject, namespace } = device.settings;
        const tags = conditionTags(device, tables);
        return {
          device: device.name,
          notifier: { namespace: notifier.namespace ?? namespace, id: notifier.id },
          records: alarms,
          conditions:
            tags.length > 0 ? new DeviceConditions({ link, device: device.name, tags, tell, log }) : undefined,
        };
      });
    if (sources.length === 0) return undefined;
    const happened = (happening: Happening): void => {
      this.#account.alarms += 1;
      this.#told?.happened(happening);
    };
    const missed = (): number => this.#account.missedNotifications;
    return new AlarmEvents(sources, { happened, clock, timeoutMs: settings.timeout, missed });
  }
}
