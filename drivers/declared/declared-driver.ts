import {
  type Counting,
  DeviceFault,
  type DriverLink,
  type FrameBuilder,
  type PolledDriver,
  type Probeable,
  type ReadRequest,
  type Text,
} from '../../gateway/contract/index.js';
import { formatStreamAddress, LinkSilence } from '../streams/index.js';
import type { Arrival, DeclaredMessage } from './declared-message.js';
import { DeviceReader } from './device-reader.js';
import type { DeviceSettings } from './device-schema.js';
import type { LinkSettings } from './link-schema.js';
import type { Heard, MessageLine } from './message-line.js';
import { type ProbeFinding, probeText } from './probe-text.js';
import type { TagAddress } from './tag-schema.js';

export type DeclaredLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;

/** No group has a blank in its name. */
const probeReader = 'the probe';

/** The instruments of one link, read by what their messages are declared to be. */
export class DeclaredDriver implements PolledDriver, Counting, Probeable {
  readonly #link: DeclaredLink;
  readonly #line: MessageLine;
  readonly #silence: LinkSilence;
  readonly #readers: ReadonlyMap<string, DeviceReader>;
  #isOpen = false;

  /** `openLine` gets every message to be read, and whom to tell of each that comes. */
  constructor(link: DeclaredLink, openLine: (messages: readonly DeclaredMessage[], heard: Heard) => MessageLine) {
    this.#link = link;
    this.#silence = new LinkSilence(link.settings.address, link.devices.length);
    this.#readers = new Map(link.devices.map((device) => [device.name, new DeviceReader(device)]));
    const messages = [...this.#readers.values()].flatMap((reader) => reader.messages);
    this.#line = openLine(messages, (message, arrival) => this.#note(message, arrival));
  }

  async connect(signal: AbortSignal): Promise<void> {
    this.#silence.heard();
    for (const reader of this.#readers.values()) reader.forget();
    await this.#line.connect(signal);
    this.#isOpen = true;
  }

  async read({ device, group }: ReadRequest, into: FrameBuilder, signal: AbortSignal): Promise<void> {
    const reader = this.#readers.get(device);
    if (!reader) throw new RangeError(`link ${this.#link.name} has no device ${device}`);
    try {
      await reader.read(this.#line, group, into, signal);
      this.#silence.heard();
    } catch (error) {
      throw error instanceof DeviceFault ? this.#silence.verdict(device, error) : error;
    }
  }

  /** Waits once for each message of each device and says in words what came. Opens and closes a link that is not open. */
  async probe(signal: AbortSignal): Promise<Text> {
    const wasOpen = this.#isOpen;
    if (!wasOpen) await this.connect(signal);
    try {
      const findings: ProbeFinding[] = [];
      for (const [device, { messages }] of this.#readers) {
        for (const message of messages) {
          const got = (await this.#line.receive([message], probeReader, signal)).get(message);
          const found = got instanceof DeviceFault ? { fault: got.message } : { fields: got?.fields ?? new Map() };
          findings.push({ device, message: message.name, ...found });
        }
      }
      return probeText(formatStreamAddress(this.#link.settings.address), findings);
    } finally {
      if (!wasOpen) await this.close();
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#line.close();
  }

  /** Requests and answers, or bytes and messages heard. */
  counters(): Readonly<Record<string, number>> {
    return this.#line.counters();
  }

  #note(message: DeclaredMessage, arrival: Arrival): void {
    this.#readers.get(message.device)?.note(message, arrival);
  }
}
