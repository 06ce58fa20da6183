import {
  type Clock,
  type DriverContext,
  type DriverLink,
  type LinkTables,
  type Log,
  type TagTable,
  type Text,
  type Told,
} from '../../../gateway/contract/index.js';
import { SilenceWatch } from '../../streams/index.js';
import type { BrokerMessage } from '../broker/broker-session.js';
import { distinctFilters, TopicTree } from '../broker/topic-filter.js';
import type { Listener } from '../listener.js';
import type { DeviceSettings } from './device-schema.js';
import { type JsonCounters, JsonDevice } from './json-device.js';
import { readMessage } from './json-message.js';
import { type JsonPart, partsOf } from './json-parts.js';
import { valueAt } from './json-path.js';
import type { LinkSettings } from './link-schema.js';
import type { TagAddress } from './tag-schema.js';

export type JsonLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;

interface Place {
  readonly device: string;
  readonly part: JsonPart;
}

/** Devices whose messages are JSON, each under topics of its own. */
export class JsonListener implements Listener {
  readonly filters: readonly string[];
  readonly qos: 0 | 1 | 2;
  readonly #link: JsonLink;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #places = new TopicTree<Place>();
  readonly #counters: JsonCounters & { unknown: number } = {
    undecoded: 0,
    missing: 0,
    wrongType: 0,
    passedOver: 0,
    retained: 0,
    late: 0,
    happenings: 0,
    silences: 0,
    unknown: 0,
  };
  readonly #watch: SilenceWatch;
  #devices: ReadonlyMap<string, JsonDevice> = new Map();

  constructor(link: JsonLink, { clock, log }: Pick<DriverContext, 'clock' | 'log'>) {
    this.#link = link;
    this.#clock = clock;
    this.#log = log;
    this.qos = link.settings.qos;
    const places = link.devices.flatMap((device) => partsOf(device).map((part) => ({ device: device.name, part })));
    for (const place of places) this.#places.add(place.part.filter, place);
    this.filters = distinctFilters(places.map(({ part }) => part.filter));
    const limits = link.devices.flatMap(({ name, settings: { silentAfter } }) =>
      silentAfter === 'never' ? [] : [[name, silentAfter] as const],
    );
    this.#watch = new SilenceWatch({
      limits: new Map(limits),
      clock,
      silent: (device, silentMs) => this.#devices.get(device)?.silent(silentMs),
    });
  }

  will(): undefined {
    return undefined;
  }

  farewell(): undefined {
    return undefined;
  }

  begin(tables: LinkTables, told: Told): void {
    this.#devices = new Map(
      this.#link.devices.map((device) => [
        device.name,
        new JsonDevice(device, tables.get(device.name) ?? new Map<string, TagTable>(), told, this.#counters, this.#log),
      ]),
    );
    this.#watch.start();
  }

  hear({ topic, payload, isRetained }: BrokerMessage): void {
    const places = this.#places.match(topic);
    if (places.length === 0) this.#counters.unknown += 1;
    const message = { ...readMessage(payload), topic, isRetained, utc: this.#clock.utc() };
    for (const { device, part } of places) {
      if (this.#devices.get(device)?.hear(part, message)) this.#watch.heard(device);
    }
  }

  /** It says nothing of a device: whoever sends nothing else falls silent. */
  missed(): void {}

  async end(): Promise<void> {
    this.#devices = new Map();
    await this.#watch.stop();
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  findings(messages: readonly BrokerMessage[]): readonly Text[] {
    return this.#link.devices.map((device) => {
      const own = messages.filter(({ topic }) => this.#places.match(topic).some((one) => one.device === device.name));
      const parts = partsOf(device);
      const slots = parts.flatMap((part) => part.slots);
      const roots = own.map(({ payload }) => readMessage(payload).root);
      const found = slots.filter(({ address }) => roots.some((root) => valueAt(root, address.path) !== undefined));
      const missing = slots.filter((slot) => !found.includes(slot)).map(({ tag }) => tag);
      return finding(device.name, own, found.length, missing, parts[0]?.filter ?? device.settings.topic);
    });
  }
}

/** Tags a line names, at most. */
const namedMax = 8;

function finding(
  name: string,
  own: readonly BrokerMessage[],
  found: number,
  missing: readonly string[],
  filter: string,
): Text {
  if (own.length === 0) {
    return {
      en: `${name}: nothing under ${filter}; check the topic, and that the device sends`,
      zh: `${name}：主题 ${filter} 下没有消息；请检查主题，以及设备是否在发送`,
    };
  }
  const named = missing.slice(0, namedMax).join(', ');
  const topic = own[0]?.topic ?? '';
  const en = `${name}: ${own.length} messages, such as ${topic}; ${found} tags found`;
  const zh = `${name}：${own.length} 条消息，例如 ${topic}；找到 ${found} 个点`;
  if (missing.length === 0) return { en, zh };
  return { en: `${en}, ${missing.length} not: ${named}`, zh: `${zh}，缺 ${missing.length} 个：${named}` };
}
