import {
  type Clock,
  type Counting,
  DeviceFault,
  type DriverContext,
  type DriverLink,
  type FrameBuilder,
  type PolledDriver,
  type Probeable,
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
import type { DeviceSettings } from './device-schema.js';
import type { LinkSettings } from './link-schema.js';
import { gapMs } from './link-plan.js';
import { MeterLine } from './meter-line.js';
import { MeterReader } from './meter-reader.js';
import type { TagAddress } from './tag-schema.js';

/** The meters of one DL/T 645 line. */
export class Dlt645Driver implements PolledDriver, Counting, Probeable {
  readonly #link: DriverLink<LinkSettings, DeviceSettings, TagAddress>;
  readonly #clock: Clock;
  readonly #exchange: Exchange;
  readonly #line: MeterLine;
  readonly #meters: ReadonlyMap<string, MeterReader>;
  readonly #silence: LinkSilence;
  #isOpen = false;

  constructor(link: DriverLink<LinkSettings, DeviceSettings, TagAddress>, { clock, log }: DriverContext) {
    const { address, timeout: timeoutMs, preamble } = link.settings;
    this.#link = link;
    this.#clock = clock;
    this.#exchange = openExchange({ ...link.settings, timeoutMs, gapMs, clock, log });
    this.#line = new MeterLine(this.#exchange, preamble);
    this.#meters = new Map(link.devices.map((device) => [device.name, new MeterReader(device, this.#line)]));
    this.#silence = new LinkSilence(address, link.devices.length);
  }

  async connect(signal: AbortSignal): Promise<void> {
    this.#silence.heard();
    await this.#exchange.connect(signal);
    this.#isOpen = true;
  }

  async read({ device, group }: ReadRequest, into: FrameBuilder, signal: AbortSignal): Promise<void> {
    const meter = this.#meters.get(device);
    if (!meter) throw new RangeError(`link ${this.#link.name} has no device ${device}`);
    try {
      await meter.read(group, into, signal);
      this.#silence.heard();
    } catch (error) {
      throw error instanceof DeviceFault ? this.#silence.verdict(device, error) : error;
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
      const found = await this.#line.readAddress(signal).catch(passFault);
      const findings: MeterFinding[] = [];
      for (const { name, settings } of this.#link.devices) {
        findings.push({ name, address: settings.address, ...(await this.#askOnce(name, signal)) });
      }
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

  async #askOnce(name: string, signal: AbortSignal): Promise<{ readonly ms: number; readonly fault?: string }> {
    const beganMs = this.#clock.monotonic();
    const fault = await this.#meters
      .get(name)
      ?.ask(signal)
      .then(() => undefined, faultMessage);
    return { ms: this.#clock.monotonic() - beganMs, ...(fault !== undefined && { fault }) };
  }
}

/** Everything but a fault of the meter is the caller's. */
function passFault(error: unknown): undefined {
  if (!(error instanceof DeviceFault)) throw error;
}

function faultMessage(error: unknown): string {
  if (!(error instanceof DeviceFault)) throw error;
  return error.message;
}
