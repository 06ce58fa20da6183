import {
  type Counting,
  type DriverContext,
  type DriverLink,
  type LinkTables,
  type NotConnected,
  type Probeable,
  Quality,
  type Reading,
  type SubscribedDriver,
  type Text,
  type Told,
} from '../../../gateway/contract/index.js';
import { formatStreamAddress, SilenceWatch } from '../../streams/index.js';
import type { DeviceSettings } from '../device-schema.js';
import type { LinkSettings } from '../link-schema.js';
import type { TagAddress } from '../tag-schema.js';
import { AgeWatch } from './age-watch.js';
import { broadcastUnit } from './asked.js';
import { BusAccount } from './bus-account.js';
import { BusEar, type ListenSettings } from './bus-ear.js';
import { HeardDevice } from './heard-device.js';
import { heardText } from './heard-text.js';
import type { Heard } from './heard.js';
import { Rounds } from './rounds.js';
import { writeHappening } from './write-happening.js';

/** Long enough to hear every master that polls at all. */
const probeMs = 5000;
/** `silentAfter` where the link says nothing. */
const silentAfterDefaultMs = 60_000;
/** Names a log line has at most. */
const namesMax = 20;

/**
 * A bus that has another master: what it asks and what it is told become readings, its writes become happenings, and
 * nothing is ever sent. Readings come as the master polls. A device that did not answer it twice running, or of which
 * nothing was heard for `silentAfter`, is told once to be bad; so is a tag that its master did not read for so long.
 */
export class ListeningDriver implements SubscribedDriver, Counting, Probeable {
  readonly #link: DriverLink<LinkSettings, DeviceSettings, TagAddress>;
  readonly #context: DriverContext;
  readonly #devices: readonly HeardDevice[];
  readonly #ear: BusEar;
  readonly #watch: SilenceWatch;
  readonly #ages: AgeWatch;
  readonly #silentAfterMs: number;
  readonly #account = new BusAccount();
  #probing: BusAccount | undefined;
  #rounds = new Rounds();
  #told: Told | undefined;
  #lost: NotConnected | undefined;
  #isOpen = false;
  /** Nothing is heard at all, and that was said. */
  #isSilent = false;
  /** When it is said which tags the master does not read; infinite once it was. */
  #sayUnreadAtMs = Number.POSITIVE_INFINITY;

  constructor(link: DriverLink<LinkSettings, DeviceSettings, TagAddress>, context: DriverContext) {
    this.#link = link;
    this.#context = context;
    this.#silentAfterMs = link.settings.silentAfter ?? silentAfterDefaultMs;
    this.#devices = link.devices.map((device) => new HeardDevice(device));
    const events = {
      heard: (heard: readonly Heard[]) => {
        for (const one of heard) this.#hear(one);
      },
      lost: (error: NotConnected) => this.#lose(error),
    };
    this.#ear = new BusEar(listenSettings(link.settings), events, context);
    this.#watch = new SilenceWatch({
      limits: new Map(link.devices.map(({ name }) => [name, this.#silentAfterMs])),
      clock: context.clock,
      silent: (device, silentMs) => this.#deviceSilent(device, silentMs),
    });
    this.#ages = new AgeWatch({
      ageMaxMs: this.#silentAfterMs,
      clock: context.clock,
      look: (readByMs) => this.#expire(readByMs),
    });
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.#watch.stop();
    await this.#ages.stop();
    this.#told = undefined;
    this.#lost = undefined;
    this.#rounds = new Rounds();
    await this.#ear.open(signal);
    this.#isOpen = true;
  }

  subscribe(tables: LinkTables, told: Told): Promise<void> {
    if (this.#lost) return Promise.reject(this.#lost);
    for (const device of this.#devices) device.begin(tables.get(device.name) ?? new Map());
    this.#isSilent = false;
    this.#sayUnreadAtMs = this.#context.clock.monotonic() + this.#silentAfterMs;
    this.#told = told;
    this.#watch.start();
    this.#ages.start();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#told = undefined;
    this.#isOpen = false;
    await this.#watch.stop();
    await this.#ages.stop();
    await this.#ear.close();
  }

  /** Listens for five seconds and says whom a master asks. Opens the line when it is not open, and closes it again. */
  async probe(signal: AbortSignal): Promise<Text> {
    const wasOpen = this.#isOpen;
    if (!wasOpen) await this.connect(signal);
    this.#probing = new BusAccount();
    try {
      await this.#context.clock.wait(probeMs, signal);
      signal.throwIfAborted();
      if (this.#lost) throw this.#lost;
      return heardText(formatStreamAddress(this.#link.settings.address), probeMs, this.#probing);
    } finally {
      this.#probing = undefined;
      if (!wasOpen) await this.close();
    }
  }

  /** Requests, answers, refusals and damage of the other master's bus. */
  counters(): Readonly<Record<string, number>> {
    return { ...this.#account.counters(), ...this.#ear.counters() };
  }

  #hear(heard: Heard): void {
    this.#account.note(heard);
    this.#probing?.note(heard);
    if (heard.kind === 'damaged' || heard.kind === 'stray') return;
    const { asked } = heard;
    if (heard.kind === 'request') {
      this.#rounds.note(asked);
      this.#sayUnread();
    }
    for (const device of this.#devices) {
      if (device.unit !== asked.unit && asked.unit !== broadcastUnit) continue;
      this.#tell(this.#readings(device, heard));
      const write = writeHappening(device.name, heard);
      if (write) this.#told?.happened(write);
    }
  }

  #readings(device: HeardDevice, heard: Heard): Reading[] {
    if (heard.kind === 'unanswered') return device.unanswered(heard);
    if (heard.kind !== 'reply' && heard.kind !== 'exception') return [];
    this.#watch.heard(device.name);
    this.#isSilent = false;
    return heard.kind === 'reply' ? device.reply(heard, this.#rounds.round) : device.exception(heard);
  }

  #tell(readings: readonly Reading[]): void {
    for (const reading of readings) this.#told?.reading(reading);
  }

  /** A tag outside of what the master reads never gets a value: its address may be wrong. */
  #sayUnread(): void {
    const { log, clock } = this.#context;
    if (!this.#told || clock.monotonic() < this.#sayUnreadAtMs) return;
    this.#sayUnreadAtMs = Number.POSITIVE_INFINITY;
    for (const { name: device, unread } of this.#devices) {
      if (unread.length === 0) continue;
      const fields = { link: this.#link.name, device, count: unread.length, tags: unread.slice(0, namesMax) };
      log.warn(fields, 'the master of the bus has not read these tags so far: they have no value until it does');
    }
  }

  /** A master that shows one page reads only that: the tags of the others are not what they were. */
  #expire(readByMs: number): void {
    if (!this.#told) return;
    for (const device of this.#devices) {
      const expired = device.expire(readByMs);
      if (expired.length === 0) continue;
      const tags = expired.flatMap((one) => one.tags);
      const of = { link: this.#link.name, device: device.name, silentMs: this.#silentAfterMs };
      const said = 'the master of the bus no longer reads these tags: they are bad until it does';
      this.#context.log.warn({ ...of, count: tags.length, tags: tags.slice(0, namesMax) }, said);
      this.#tell(expired.map(({ reading }) => reading));
    }
  }

  #deviceSilent(name: string, silentMs: number): void {
    if (!this.#told) return;
    const { log, clock } = this.#context;
    const isBusSilent = clock.monotonic() - this.#ear.heardMs >= silentMs;
    const device = this.#devices.find((one) => one.name === name);
    if (isBusSilent && !this.#isSilent) {
      this.#isSilent = true;
      const said = 'nothing is heard on the bus: check that its master runs, and A and B where this box listens';
      log.warn({ link: this.#link.name, silentMs }, said);
    } else if (!isBusSilent) {
      const said = 'the master of the bus gets no answer from this device, or does not ask it: check its unit id';
      log.warn({ link: this.#link.name, device: name, unit: device?.unit, silentMs }, said);
    }
    this.#tell(device?.bad(Quality['bad-no-answer']) ?? []);
  }

  #lose(error: NotConnected): void {
    this.#lost = error;
    const told = this.#told;
    this.#told = undefined;
    told?.lost(error);
  }
}

/** The link as its line; the schema lets nothing else be listened to. */
function listenSettings({ framing, ...settings }: LinkSettings): ListenSettings {
  if (framing === 'tcp') throw new RangeError('Modbus TCP is no bus to listen to');
  return { framing, ...settings };
}
