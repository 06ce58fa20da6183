import {
  type Counting,
  DeviceFault,
  type DriverContext,
  type DriverLink,
  type LinkTables,
  type Probeable,
  Quality,
  type SubscribedDriver,
  type Text,
  type Told,
} from '../../gateway/contract/index.js';
import { SilenceWatch } from '../streams/index.js';
import { type DeviceBody, type HttpDevice, readBody } from './device-body.js';
import type { DeviceSettings } from './device-schema.js';
import { DeviceTeller } from './device-teller.js';
import { parseJson } from './json-text.js';
import type { LinkSettings } from './link-schema.js';
import { PolledService } from './polled-service.js';
import { Polling } from './polling.js';
import { type PostReply, refusals, refuse } from './post-reply.js';
import { type Posted, PostServer } from './post-server.js';
import { answered, listening, probeText } from './probe-text.js';
import { RecentIds } from './recent-ids.js';
import type { TagAddress } from './tag-schema.js';
import type { ListenAddress } from './written-fields.js';

export type HttpLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;

/**
 * Bodies taken that are not on disk yet, and the bytes they came in: while so many wait, or with one more so much would,
 * further ones are refused (503) and not taken. One alone is taken whatever its size.
 */
const waitingMax = 256;
const waitingBytesMax = 32 * 2 ** 20;

/** The path a device is posted to. */
export const pathOf = ({ name, settings }: HttpDevice): string => settings.path ?? `/${name}`;

/** JSON over HTTP: a service that is asked, or a port that is posted to. */
export class HttpDriver implements SubscribedDriver, Counting, Probeable {
  readonly #link: HttpLink;
  readonly #context: DriverContext;
  readonly #ids: ReadonlyMap<string, RecentIds>;
  #server: PostServer | undefined;
  #polling: Polling | undefined;
  #silence: SilenceWatch | undefined;
  /** Takes a posted body; undefined before the subscription stands. */
  #take: ((device: HttpDevice, posted: Posted) => Promise<PostReply>) | undefined;
  /** Bodies that wait for the disk, and their bytes. */
  #waiting = 0;
  #waitingBytes = 0;
  readonly #posts = { requests: 0, accepted: 0, refused: 0, unauthorized: 0, limited: 0, dropped: 0 };
  readonly #polls = { polls: 0, failed: 0, unchanged: 0, repeated: 0, late: 0, records: 0, wrong: 0 };

  constructor(link: HttpLink, context: DriverContext) {
    this.#link = link;
    this.#context = context;
    const { learned, clock } = context;
    this.#ids = new Map(link.devices.map((device) => [device.name, new RecentIds(device, learned, clock)]));
  }

  /** The port that is listened on; undefined where none is. */
  get port(): number | undefined {
    return this.#server?.port;
  }

  /** Rejects with `NotConnected` when a secret is missing or the port cannot be listened on; asks nothing yet. */
  async connect(signal: AbortSignal): Promise<void> {
    await this.close();
    const { listen } = this.#link.settings;
    if (listen) this.#server = await this.#listen(listen);
    else new PolledService(this.#link.settings, this.#context).close();
    signal.throwIfAborted();
  }

  subscribe(tables: LinkTables, told: Told): Promise<void> {
    const { clock, log } = this.#context;
    const { settings, devices } = this.#link;
    const tellers = new Map(
      devices.map((device) => [
        device.name,
        new DeviceTeller(device, this.#ids.get(device.name) as RecentIds, tables, told, clock),
      ]),
    );
    const teller = (device: string): DeviceTeller => tellers.get(device) as DeviceTeller;
    const silence = new SilenceWatch({
      limits: new Map(devices.map(({ name, settings: { silence: limit } }) => [name, limit])),
      clock,
      silent: (device, silentMs) => {
        log.warn({ device, silentMs }, 'no news of a device; check who measures and who sends');
        teller(device).fallSilent();
      },
    });
    const heard = (device: string): void => {
      silence.heard(device);
      this.#ids.get(device)?.keep();
    };
    this.#silence = silence;
    silence.start();
    if (!settings.listen) {
      const service = new PolledService(settings, this.#context);
      const failed = (error: Error): void => told.lost(error);
      this.#polling = new Polling({
        settings,
        devices,
        service,
        teller,
        heard,
        failed,
        clock,
        log,
        counters: this.#polls,
      });
    } else {
      this.#take = (device, posted) => this.#post(device, posted, teller(device.name), heard);
    }
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#take = undefined;
    await this.#polling?.close();
    await this.#server?.close();
    await this.#silence?.stop();
    for (const ids of this.#ids.values()) ids.keep(true);
    this.#polling = undefined;
    this.#server = undefined;
    this.#silence = undefined;
  }

  counters(): Readonly<Record<string, number>> {
    const { repeated, late, records, wrong } = this.#polls;
    return this.#link.settings.listen ? { ...this.#posts, repeated, late, records, wrong } : { ...this.#polls };
  }

  /** Asks for each device once and says what came; or says where is listened and for whom. */
  async probe(signal: AbortSignal): Promise<Text> {
    const { settings, devices } = this.#link;
    if (settings.listen) {
      if (!this.#server) await (await this.#listen(settings.listen)).close();
      return listening(settings.listen, devices.map(pathOf));
    }
    const service = new PolledService(settings, this.#context);
    try {
      const findings: Text[] = [];
      for (const device of devices) {
        const body = await service.ask(device, new Map(), signal).catch((error: unknown) => {
          if (error instanceof DeviceFault) return error;
          throw error;
        });
        findings.push(answered(device, body));
      }
      return probeText(findings);
    } finally {
      service.close();
    }
  }

  async #listen(listen: ListenAddress): Promise<PostServer> {
    const { token, bodyBytesMax, timeout: timeoutMs, requestsPerSecond } = this.#link.settings;
    const byPath = new Map(this.#link.devices.map((device) => [pathOf(device), device]));
    return PostServer.open({
      listen,
      token: token ? this.#context.secret(token) : '',
      bodyBytesMax,
      timeoutMs,
      requestsPerSecond,
      clock: this.#context.clock,
      log: this.#context.log,
      take: (path) => {
        const device = byPath.get(path);
        return device && ((posted) => this.#take?.(device, posted) ?? Promise.resolve(refusals.notReady));
      },
      counters: this.#posts,
    });
  }

  /**
   * All of a body is told, or nothing of it: a sender that is refused mends it and sends it again. It is answered when what
   * was told is on disk: a sender that waits for each answer sends one body each `commitEvery` over a connection. What
   * waits for the disk holds the answer, and nothing of the body.
   */
  #post(device: HttpDevice, posted: Posted, teller: DeviceTeller, heard: (device: string) => void): Promise<PostReply> {
    const body = this.#read(device, posted);
    if ('status' in body) return Promise.resolve(body);
    const { length } = posted.body;
    const isFull = this.#waiting > 0 && this.#waitingBytes + length > waitingBytesMax;
    if (isFull || this.#waiting >= waitingMax) return Promise.resolve(refusals.waiting);
    const { values, records, repeated, isLate, isNews, kept } = teller.tell(body, Quality.absent);
    this.#polls.repeated += repeated;
    this.#polls.records += records;
    this.#polls.late += isLate ? 1 : 0;
    if (isNews) heard(device.name);
    return this.#answer(kept, length, { status: 202, body: { values, records, repeated } });
  }

  /** What a body says, or why it is refused. */
  #read(device: HttpDevice, { body: bytes, contentType }: Posted): DeviceBody | PostReply {
    let json: unknown;
    try {
      json = parseJson(bytes, contentType);
    } catch (error) {
      return refuse({
        status: 400,
        en: (error as Error).message,
        zh: '请求体不是 JSON、嵌套过深，或字符编码与 Content-Type 不符',
      });
    }
    const body = readBody(device, json, this.#link.settings.timezone);
    const [fault] = body.faults;
    if (fault) {
      this.#polls.wrong += body.faults.length;
      return refuse({ status: 422, ...fault.what, field: fault.field });
    }
    if (body.refusal !== undefined) return refuse({ status: 422, en: body.refusal, zh: body.refusal });
    const isEmpty = [...body.values.values()].every((values) => values.every((one) => one === undefined));
    if (isEmpty && body.happenings.length === 0) return refusals.nothing;
    return body;
  }

  async #answer(kept: Promise<void>, bytes: number, taken: PostReply): Promise<PostReply> {
    this.#waiting += 1;
    this.#waitingBytes += bytes;
    try {
      await kept;
      return taken;
    } catch {
      return refusals.notStored;
    } finally {
      this.#waiting -= 1;
      this.#waitingBytes -= bytes;
    }
  }
}
