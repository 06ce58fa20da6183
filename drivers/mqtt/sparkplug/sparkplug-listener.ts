import type {
  Clock,
  DriverContext,
  DriverLink,
  LinkTables,
  Log,
  TagTable,
  Text,
  Told,
} from '../../../gateway/contract/index.js';
import { SilenceWatch } from '../../streams/index.js';
import type { BrokerMessage, Publication } from '../broker/broker-session.js';
import { distinctFilters } from '../broker/topic-filter.js';
import type { Listener, Mouth } from '../listener.js';
import { NodeLine, type SparkplugCounters } from './node-line.js';
import { decodePayload } from './payload.js';
import type { DeviceSettings, LinkSettings, TagAddress } from './schemas.js';
import { SparkplugDevice, type SparkplugDeviceConfig } from './sparkplug-device.js';
import { isCommand, nodeFilter, parseEdgeTopic, stateTopic } from './topic.js';

export type SparkplugLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;

/** Topics with damaged payloads that are remembered, so that each is logged once. */
const damagedMax = 1000;

/** A level that no name has in it parts group and node. */
const keyOf = (group: string, node: string): string => `${group}/${node}`;

/** Edge nodes and their devices, as a Sparkplug B host hears them. */
export class SparkplugListener implements Listener {
  readonly filters: readonly string[];
  readonly qos = 1;
  readonly #link: SparkplugLink;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #counters: SparkplugCounters & { undecoded: number; retained: number; unknown: number; silences: number } = {
    births: 0,
    deaths: 0,
    gaps: 0,
    unborn: 0,
    unknownAliases: 0,
    rebirthsAsked: 0,
    historical: 0,
    undecoded: 0,
    retained: 0,
    unknown: 0,
    silences: 0,
  };
  readonly #watch: SilenceWatch;
  readonly #undecoded = new Set<string>();
  #devices: ReadonlyMap<string, SparkplugDevice> = new Map();
  #nodes: ReadonlyMap<string, NodeLine> = new Map();
  #mouth: Mouth | undefined;
  /** ms UTC of this connection: what we say of ourselves and our last will carry the same (Sparkplug 3.0 §6.4.25). */
  #onlineAt = 0;

  constructor(link: SparkplugLink, { clock, log }: Pick<DriverContext, 'clock' | 'log'>) {
    const { hostId } = link.settings;
    this.#link = link;
    this.#clock = clock;
    this.#log = log;
    const nodes = link.devices.map(({ settings: { group, node } }) => nodeFilter(group, node));
    this.filters = distinctFilters([...nodes, ...(hostId === undefined ? [] : [stateTopic(hostId)])]);
    const limits = link.devices.flatMap(({ name, settings: { silentAfter } }) =>
      silentAfter === 'never' ? [] : [[name, silentAfter] as const],
    );
    this.#watch = new SilenceWatch({ limits: new Map(limits), clock, silent: (device) => this.#silent(device) });
  }

  will(): Publication | undefined {
    this.#onlineAt = this.#clock.utc();
    return this.#state(false, this.#onlineAt);
  }

  farewell(): Publication | undefined {
    return this.#state(false, this.#clock.utc());
  }

  begin(tables: LinkTables, told: Told, mouth: Mouth): void {
    this.#mouth = mouth;
    this.#devices = new Map(
      this.#link.devices.map((device) => [
        device.name,
        new SparkplugDevice(device, tables.get(device.name) ?? new Map<string, TagTable>(), told, this.#log),
      ]),
    );
    this.#nodes = this.#nodeLines(mouth);
    const online = this.#state(true, this.#onlineAt);
    if (online) mouth.publish(online);
    for (const node of this.#nodes.values()) node.begin();
    this.#watch.start();
  }

  hear({ topic, payload, isRetained }: BrokerMessage): void {
    const edge = parseEdgeTopic(topic);
    const line = edge && this.#nodes.get(keyOf(edge.group, edge.node));
    if (!edge || !line) {
      if (!isCommand(topic)) this.#hearState(topic, payload);
      return;
    }
    // Nothing a node says may be retained (§6.4): what stands at the broker is of a node that may be long gone.
    if (isRetained) {
      this.#counters.retained += 1;
      return;
    }
    const decoded = decodePayload(payload);
    this.#note(topic, decoded !== undefined, payload.length);
    if (decoded) line.hear(edge, decoded, payload);
    else {
      this.#counters.undecoded += 1;
      line.missed(edge);
    }
  }

  missed(topic: string): void {
    const edge = parseEdgeTopic(topic);
    if (edge) this.#nodes.get(keyOf(edge.group, edge.node))?.missed(edge);
  }

  async end(): Promise<void> {
    for (const node of this.#nodes.values()) node.end();
    this.#nodes = new Map();
    this.#devices = new Map();
    this.#mouth = undefined;
    await this.#watch.stop();
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  findings(messages: readonly BrokerMessage[]): readonly Text[] {
    return this.#link.devices.map(({ name, settings: { group, node, device } }) => {
      const own = messages.flatMap(({ topic }) => {
        const edge = parseEdgeTopic(topic);
        return edge?.group === group && edge.node === node && edge.device === device ? [edge.kind] : [];
      });
      const what = [group, node, device].filter((one) => one !== undefined).join('/');
      const kinds = [...new Set(own)].join(', ');
      if (own.length > 0) {
        return {
          en: `${name} (${what}): ${own.length} messages: ${kinds}`,
          zh: `${name}（${what}）：${own.length} 条消息：${kinds}`,
        };
      }
      return {
        en: `${name} (${what}): nothing; check group, node and device, capitals too. A node may be silent while nothing changes`,
        zh: `${name}（${what}）：没有消息；请检查组、节点和设备名，区分大小写。数值不变时节点可能不发消息`,
      };
    });
  }

  #nodeLines(mouth: Mouth): ReadonlyMap<string, NodeLine> {
    const byNode = new Map<string, SparkplugDeviceConfig[]>();
    for (const device of this.#link.devices) {
      const key = keyOf(device.settings.group, device.settings.node);
      byNode.set(key, [...(byNode.get(key) ?? []), device]);
    }
    const { rebirthPause: rebirthPauseMs, birthWait: birthWaitMs } = this.#link.settings;
    return new Map(
      [...byNode].map(([key, configs]) => {
        const { group, node } = (configs[0] as SparkplugDeviceConfig).settings;
        const devices = new Map(
          configs.map(({ name, settings }) => [settings.device, this.#devices.get(name) as SparkplugDevice]),
        );
        const line = new NodeLine({
          group,
          node,
          devices,
          counters: this.#counters,
          rebirthPauseMs,
          birthWaitMs,
          clock: this.#clock,
          log: this.#log,
          mouth,
          heard: (device) => this.#watch.heard(device),
        });
        return [key, line] as const;
      }),
    );
  }

  /** The log tells changes alone. */
  #note(topic: string, isRight: boolean, bytes: number): void {
    if (isRight === !this.#undecoded.has(topic)) return;
    if (isRight) {
      this.#undecoded.delete(topic);
      this.#log.info({ topic }, 'Sparkplug payloads are right again');
    } else if (this.#undecoded.size < damagedMax) {
      this.#undecoded.add(topic);
      this.#log.warn({ topic, bytes }, 'Sparkplug payload is damaged');
    }
  }

  #silent(device: string): void {
    if (this.#devices.get(device)?.died('it is silent')) this.#counters.silences += 1;
  }

  /** The will of a connection before this one may come after we said that we are here: it is said again. */
  #hearState(topic: string, payload: Buffer): void {
    const { hostId } = this.#link.settings;
    const online = this.#state(true, this.#onlineAt);
    if (hostId === undefined || topic !== stateTopic(hostId) || !online) this.#counters.unknown += 1;
    else if (/"online"\s*:\s*false/.test(payload.toString())) this.#mouth?.publish(online);
  }

  #state(online: boolean, timestamp: number): Publication | undefined {
    const { hostId } = this.#link.settings;
    if (hostId === undefined) return undefined;
    const payload = Buffer.from(JSON.stringify({ online, timestamp }));
    return { topic: stateTopic(hostId), payload, qos: 1, retain: true };
  }
}
