import {
  type Clock,
  type Counting,
  DeviceFault,
  type DriverContext,
  type DriverDevice,
  type DriverLink,
  type FrameBuilder,
  type PolledDriver,
  type Probeable,
  Quality,
  type ReadRequest,
  type Text,
} from '../../gateway/contract/index.js';
import {
  type Exchange,
  formatStreamAddress,
  LinkSilence,
  type MeterFinding,
  meterProbeText,
  openExchange,
} from '../streams/index.js';
import { decodeField, fieldOf } from './current-data.js';
import { type DeviceSettings, meterTypes } from './device-schema.js';
import { gapMs } from './link-plan.js';
import type { LinkSettings } from './link-schema.js';
import { type MeterData, MeterLine } from './meter-line.js';
import type { TagAddress } from './tag-schema.js';

type Device = DriverDevice<DeviceSettings, TagAddress>;

/** The meters of one CJ/T 188 line. */
export class Cjt188Driver implements PolledDriver, Counting, Probeable {
  readonly #link: DriverLink<LinkSettings, DeviceSettings, TagAddress>;
  readonly #clock: Clock;
  readonly #exchange: Exchange;
  readonly #line: MeterLine;
  readonly #silence: LinkSilence;
  #isOpen = false;

  constructor(link: DriverLink<LinkSettings, DeviceSettings, TagAddress>, { clock, log }: DriverContext) {
    const { address, timeout: timeoutMs, preamble } = link.settings;
    this.#link = link;
    this.#clock = clock;
    this.#exchange = openExchange({ ...link.settings, timeoutMs, gapMs, clock, log });
    this.#line = new MeterLine(this.#exchange, preamble);
    this.#silence = new LinkSilence(address, link.devices.length);
  }

  async connect(signal: AbortSignal): Promise<void> {
    this.#silence.heard();
    await this.#exchange.connect(signal);
    this.#isOpen = true;
  }

  async read({ device: name, group }: ReadRequest, into: FrameBuilder, signal: AbortSignal): Promise<void> {
    const device = this.#link.devices.find((one) => one.name === name);
    if (!device) throw new RangeError(`link ${this.#link.name} has no device ${name}`);
    try {
      const answer = await this.#line.read(device.settings, signal);
      this.#silence.heard();
      fill(device, group, answer, into);
    } catch (error) {
      throw error instanceof DeviceFault ? this.#silence.verdict(name, error) : error;
    }
  }

  /**
   * Asks for an address, then each meter once, and says in words what came. Opens the link when it is not open, and
   * closes it again.
   */
  async probe(signal: AbortSignal): Promise<Text> {
    const wasOpen = this.#isOpen;
    if (!wasOpen) await this.connect(signal);
    try {
      const found = await this.#line.readAddress(signal).catch((error: unknown) => {
        if (!(error instanceof DeviceFault)) throw error;
        return undefined;
      });
      const findings: MeterFinding[] = [];
      for (const device of this.#link.devices) findings.push(await this.#askOnce(device, signal));
      return meterProbeText(formatStreamAddress(this.#link.settings.address), found, findings);
    } finally {
      if (!wasOpen) await this.close();
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#exchange.close();
  }

  /** What was seen of a DTU that dials in. */
  counters(): Readonly<Record<string, number>> {
    return this.#exchange.counters();
  }

  async #askOnce({ name, settings }: Device, signal: AbortSignal): Promise<MeterFinding> {
    const beganMs = this.#clock.monotonic();
    const { address } = settings;
    try {
      await this.#line.read(settings, signal);
      return { name, address, ms: this.#clock.monotonic() - beganMs };
    } catch (error) {
      if (!(error instanceof DeviceFault)) throw error;
      return { name, address, ms: this.#clock.monotonic() - beganMs, fault: error.message };
    }
  }
}

function fill({ settings, groups }: Device, group: string, { data, raw }: MeterData, into: FrameBuilder): void {
  const tags = groups.find(({ name }) => name === group)?.tags ?? [];
  for (const [slot, { address }] of tags.entries()) {
    const field = fieldOf(meterTypes[settings.meter], address.quantity);
    // A shorter answer than that of the standard lacks its last fields.
    if (!field || field.at + field.bytes > data.length) {
      into.bad(slot, Quality['bad-configuration']);
      continue;
    }
    const value = decodeField(field, data);
    if (value === undefined) into.bad(slot, Quality['bad-decoding']);
    else into.set(slot, value);
  }
  if (tags.some(({ statutory }) => statutory)) into.raw(raw);
}
