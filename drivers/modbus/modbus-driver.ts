import {
  type Counting,
  DeviceFault,
  type DriverContext,
  type DriverLink,
  type FrameBuilder,
  NotConnected,
  type PolledDriver,
  type Probeable,
  type ReadRequest,
  type Text,
} from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import { formatStreamAddress } from '../streams/index.js';
import { type LinkSettings, resolveLink } from './link-schema.js';
import { type ProbeFinding, probeText } from './probe-text.js';
import { NoAnswer, type RegisterBus } from './register-bus.js';
import type { TagAddress } from './tag-schema.js';
import { UnitReader } from './unit-reader.js';

/** Polls in a row without any answer, on a connection where no unit answers, before the connection is made anew. */
const silentPollsMax = 3;

/** The units of one Modbus link, read over one bus. */
export class ModbusDriver implements PolledDriver, Counting, Probeable {
  readonly #link: DriverLink<LinkSettings, DeviceSettings, TagAddress>;
  readonly #bus: RegisterBus;
  readonly #context: DriverContext;
  readonly #units: ReadonlyMap<string, UnitReader>;
  #silentPolls = 0;
  #silentDevices = new Set<string>();
  #isOpen = false;

  constructor(link: DriverLink<LinkSettings, DeviceSettings, TagAddress>, bus: RegisterBus, context: DriverContext) {
    const { timing } = resolveLink(link.settings);
    const isLine = link.settings.framing !== 'tcp';
    this.#link = link;
    this.#bus = bus;
    this.#context = context;
    this.#units = new Map(
      link.devices.map((device) => [device.name, new UnitReader({ device, bus, timing, isLine, context })]),
    );
  }

  async connect(signal: AbortSignal): Promise<void> {
    this.#forgetSilence();
    await this.#bus.open(signal);
    this.#isOpen = true;
  }

  async read({ device, group }: ReadRequest, into: FrameBuilder, signal: AbortSignal): Promise<void> {
    const unit = this.#units.get(device);
    if (!unit) throw new RangeError(`link ${this.#link.name} has no device ${device}`);
    try {
      await unit.read(group, into, signal);
      if (this.#silentPolls > 0) this.#forgetSilence();
    } catch (error) {
      if (error instanceof DeviceFault) this.#noteFault(device, error);
      throw error;
    }
  }

  /** Asks each device once and says in words what came. Opens the link when it is not open, and closes it again. */
  async probe(signal: AbortSignal): Promise<Text> {
    const wasOpen = this.#isOpen;
    if (!wasOpen) await this.connect(signal);
    try {
      const findings: ProbeFinding[] = [];
      for (const { name, settings } of this.#link.devices)
        findings.push(await this.#probeDevice(name, settings, signal));
      return probeText(formatStreamAddress(this.#link.settings.address), findings);
    } finally {
      if (!wasOpen) await this.close();
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#bus.close();
  }

  /** Requests, answers, time-outs and strays of the bus, as the bus names them. */
  counters(): Readonly<Record<string, number>> {
    return this.#bus.counters();
  }

  async #probeDevice(name: string, { unit }: DeviceSettings, signal: AbortSignal): Promise<ProbeFinding> {
    const read = [...(this.#units.get(name)?.polls.values() ?? [])].flatMap(({ reads }) => reads)[0];
    const { clock } = this.#context;
    const beganMs = clock.monotonic();
    if (!read) return { name, unit, ms: 0, fault: 'nothing to read' };
    try {
      await this.#bus.request(unit, read.functionCode, read.start, read.count, signal);
      return { name, unit, ms: clock.monotonic() - beganMs };
    } catch (error) {
      if (error instanceof NotConnected || signal.aborted) throw error;
      return { name, unit, ms: clock.monotonic() - beganMs, fault: (error as Error).message };
    }
  }

  /**
   * A connection that is open to nobody looks like units that do not answer. When no unit at all answers, it is made
   * anew. A serial port has nothing to make anew: there the bus itself sees when the port is gone. A DTU that dials in
   * says with its heartbeats that it is there.
   */
  #noteFault(device: string, fault: DeviceFault): void {
    if (!(fault.cause instanceof NoAnswer)) {
      this.#forgetSilence();
      return;
    }
    this.#silentPolls += 1;
    this.#silentDevices.add(device);
    if (this.#link.settings.address.kind !== 'tcp') return;
    if (this.#silentPolls < silentPollsMax || this.#silentDevices.size < this.#units.size) return;
    throw new NotConnected(
      `no unit answers at ${formatStreamAddress(this.#link.settings.address)}, last asked: ${fault.message}; the connection is made anew`,
      { cause: fault },
    );
  }

  #forgetSilence(): void {
    this.#silentPolls = 0;
    this.#silentDevices.clear();
  }
}
