import type { Clock, Learned, Log } from '../../gateway/contract/index.js';
import { AlarmEvents } from './alarms/alarm-events.js';
import type { Connection } from './connection.js';
import { findNodes, type Namespaces, readNamespaces } from './find-nodes.js';
import type { HistoryFiller } from './history/history-filler.js';
import type { Course, Item } from './items.js';
import type { Opcua } from './library.js';
import type { LinkSettings } from './link-schema.js';
import type { LiveValues } from './values/live-values.js';
import { type OperationLimits, readOperationLimits } from './operation-limits.js';
import { pollCourse } from './poller.js';
import type { SeenTimes } from './history/seen-times.js';
import { Subscriptions } from './subscriptions.js';
import type { WireAccount } from './wire-account.js';

export interface ServedSessionOptions {
  readonly opcua: Opcua;
  readonly connection: Connection;
  readonly link: string;
  readonly settings: LinkSettings;
  readonly courses: readonly Course[];
  readonly live: LiveValues;
  readonly account: WireAccount;
  readonly alarms: AlarmEvents | undefined;
  readonly history: { readonly seen: SeenTimes; readonly filler: HistoryFiller } | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly learned: Learned;
}

/** State of the Server object, the lightest thing there is to ask for (OPC 10000-5 §12.6). */
const serverState = { nodeId: 'i=2259', attributeId: 13 };
/** A server that has just started may not have all its nodes yet: those it lacked are looked for again. */
const lookAgainMs = 60_000;
/** Last times seen are learned at most so often, and a tag costs so much more: they are written to flash. */
const learnEveryMs = 60_000;
const learnPerTagMs = 50;

/** What runs as long as one session does: subscriptions, polls, keep-alive, the filling of gaps. */
export class ServedSession {
  readonly #options: ServedSessionOptions;
  #subscriptions: Subscriptions | undefined;
  #limits: OperationLimits | undefined;
  #namespaces: Namespaces = new Map();
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ServedSessionOptions) {
    this.#options = options;
  }

  /** Finds the nodes and makes the subscriptions; nothing is told before `start`. */
  async prepare(): Promise<void> {
    const { opcua, connection, courses, settings, clock, live, account, alarms, link, log } = this.#options;
    live.begin();
    this.#limits = await readOperationLimits(connection);
    this.#namespaces = await readNamespaces(connection);
    for (const { items } of courses) for (const item of items) item.nodeId = undefined;
    await this.#findMissing();
    const onEvents: AlarmEvents['take'] = async (events) => alarms?.take(events);
    const itemsAtOnce = this.#limits.monitor;
    const made = { opcua, connection, settings, clock, itemsAtOnce, live, account, onEvents };
    this.#subscriptions = new Subscriptions(made);
    for (const course of courses) if (course.read === 'subscribed') await this.#subscriptions.add(course);
    if (alarms) await alarms.subscribe(this.#alarmSession(this.#subscriptions));
    const missing = this.#missing();
    account.refusedItems = missing.length;
    if (missing.length > 0)
      log.warn({ link, nodes: missing.length }, 'the server does not have some nodes, or refuses them');
  }

  /** From here on everything is told, until the connection ends. */
  start(): void {
    const { connection, courses, live, clock, alarms } = this.#options;
    const subscriptions = this.#subscriptions as Subscriptions;
    if (connection.ended.aborted) return;
    const gaps = this.#options.history?.seen.beginGaps();
    subscriptions.start();
    const atOnce = (this.#limits as OperationLimits).read;
    this.#running = Promise.all([
      this.#keepAlive(),
      this.#retell(),
      ...courses
        .filter(({ read }) => read === 'polled')
        .map((course) => this.#guarded(pollCourse(connection, course, live, clock, atOnce))),
      ...(alarms ? [this.#guarded(alarms.refresh(this.#alarmSession(subscriptions)))] : []),
      ...(gaps ? [this.#guarded(this.#fill(gaps))] : []),
    ]);
  }

  /** To be called when the connection has ended: resolves when nothing of this session runs any more. */
  async stop(): Promise<void> {
    await this.#subscriptions?.stop();
    await this.#running;
    this.#options.history?.seen.save(this.#options.learned);
  }

  /** What fails while the connection is there is its loss: the next one begins with everything anew. */
  async #guarded(doing: Promise<void>): Promise<void> {
    try {
      await doing;
    } catch (error) {
      this.#options.connection.lose(error instanceof Error ? error.message : String(error));
    }
  }

  async #keepAlive(): Promise<void> {
    const { connection, settings, clock, history, learned } = this.#options;
    const { ended } = connection;
    const saveEveryMs = Math.max(learnEveryMs, (history?.seen.size ?? 0) * learnPerTagMs);
    let lookAtMs = clock.monotonic() + lookAgainMs;
    let saveAtMs = clock.monotonic() + saveEveryMs;
    for (;;) {
      await clock.wait(Math.min(settings.keepAlive, lookAgainMs), ended);
      if (ended.aborted) return;
      await this.#guarded(
        connection.ask('tell its state', () => connection.session.read(serverState)).then(() => undefined),
      );
      if (clock.monotonic() >= lookAtMs) {
        await this.#guarded(this.#lookAgain());
        lookAtMs = clock.monotonic() + lookAgainMs;
      }
      if (clock.monotonic() < saveAtMs) continue;
      history?.seen.save(learned);
      saveAtMs = clock.monotonic() + saveEveryMs;
    }
  }

  /** A value that does not change is no silence. */
  async #retell(): Promise<void> {
    const { connection, settings, clock, live } = this.#options;
    for (;;) {
      await clock.wait(settings.standing, connection.ended);
      if (connection.ended.aborted) return;
      live.tellStanding();
    }
  }

  async #lookAgain(): Promise<void> {
    if (this.#missing().length === 0) return;
    const found = await this.#findMissing();
    await this.#subscriptions?.addFound(found);
    this.#options.account.refusedItems = this.#missing().length;
  }

  #missing(): Item[] {
    return this.#options.courses.flatMap(({ items }) => items.filter(({ nodeId }) => !nodeId));
  }

  async #findMissing(): Promise<ReadonlySet<Item>> {
    const { opcua, connection } = this.#options;
    const items = this.#missing();
    const places = items.map(({ place }) => place);
    const atOnce = (this.#limits as OperationLimits).translate;
    const nodeIds = await findNodes(opcua, connection, this.#namespaces, places, atOnce);
    for (const [at, item] of items.entries()) item.nodeId = nodeIds[at];
    return new Set(items.filter(({ nodeId }) => nodeId));
  }

  #alarmSession(subscriptions: Subscriptions) {
    const { opcua, connection } = this.#options;
    return { opcua, connection, namespaces: this.#namespaces, subscriptions };
  }

  /** History is read up to the first value of each tag that came live; a tag that is late with it holds up no other. */
  async #fill({ gaps, closed }: ReturnType<SeenTimes['beginGaps']>): Promise<void> {
    const { connection, settings, clock, courses, history } = this.#options;
    const { ended } = connection;
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    let waitMs = Math.max(0, ...courses.map(({ everyMs }) => everyMs)) + settings.timeout;
    for (let isLast = false; !isLast; waitMs = lookAgainMs) {
      const waited = new AbortController();
      await Promise.race([closed, clock.wait(waitMs, AbortSignal.any([ended, waited.signal]))]);
      waited.abort();
      isLast = isClosed;
      // Also when the connection is lost again already: then the next one fills them.
      history?.filler.add(gaps);
      await clock.wait(settings.historyDelay, ended);
      if (ended.aborted) return;
      await history?.filler.fill(connection, (this.#limits as OperationLimits).history);
    }
  }
}
