import type { Clock, DeviceModel, Fault, Simulator } from '../../gateway/contract/index.js';
import { Random } from '../random.js';
import { systemClock } from '../system-clock.js';
import { MqttPublisher } from './mqtt-publisher.js';
import {
  asksRebirth,
  type SentMetric,
  type SparkplugType,
  type SparkplugValue,
  writeSparkplug,
} from './sparkplug-message.js';

/** The node itself, or a device behind it: its values, and the type each is sent as. */
export interface EdgeDeviceSpec {
  /** Undefined for the node itself. */
  readonly name?: string;
  readonly model: DeviceModel;
  readonly types: Readonly<Record<string, SparkplugType>>;
}

export interface EdgeNodeOptions {
  /** The broker: `mqtt://127.0.0.1:1883`. */
  readonly broker: string;
  readonly group: string;
  readonly node: string;
  readonly devices: readonly EdgeDeviceSpec[];
  /** ms between looks for what has changed; without it nothing is said but by `say`. */
  readonly everyMs?: number;
  /** `shuffled`: other aliases at every birth, as some nodes do. */
  readonly aliases?: 'none' | 'shuffled';
  readonly seed?: number;
  readonly clock?: Clock;
}

interface Line {
  readonly spec: EdgeDeviceSpec;
  /** What was last said of each metric. */
  said: Record<string, SparkplugValue>;
  aliases: ReadonlyMap<string, number>;
  isBorn: boolean;
}

/** An edge node of Sparkplug B with its devices: births, data by exception, deaths, and births again when asked. */
export class EdgeNodeSimulator implements Simulator {
  readonly #options: EdgeNodeOptions;
  readonly #publisher: MqttPublisher;
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #lines: readonly Line[];
  #ended = new AbortController();
  #running: Promise<void> | undefined;
  #bdSeq = -1;
  #seq = 0;
  #rebirths = 0;
  /** Births and data take turns, as on one thread. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: EdgeNodeOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = new Random(options.seed ?? 1);
    this.#publisher = new MqttPublisher(options.broker, (options.seed ?? 1) + 1);
    this.#lines = options.devices.map((spec) => ({ spec, said: {}, aliases: new Map(), isBorn: true }));
  }

  get address(): string {
    return this.#options.broker;
  }

  /** How often somebody asked for the births. */
  get rebirths(): number {
    return this.#rebirths;
  }

  async start(): Promise<void> {
    this.#ended = new AbortController();
    this.#bdSeq += 1;
    const client = await this.#publisher.open({
      will: { topic: this.#topic('NDEATH'), payload: this.#death(this.#bdSeq), qos: 1, retain: false },
    });
    client.on('message', (_topic, payload) => {
      if (!asksRebirth(payload)) return;
      this.#rebirths += 1;
      void this.#inTurn(() => this.#births());
    });
    await client.subscribeAsync(this.#topic('NCMD'), { qos: 1 });
    await this.#inTurn(() => this.#births());
    this.#running = this.#run();
  }

  /** Says what has changed since it was last said. */
  say(): Promise<void> {
    return this.#inTurn(async () => {
      for (const line of this.#lines) {
        const changed = Object.entries(valuesOf(line)).filter(([name, value]) => line.said[name] !== value);
        if (!line.isBorn || changed.length === 0) continue;
        line.said = { ...line.said, ...Object.fromEntries(changed) };
        const now = this.#clock.utc();
        const metrics = changed.map(([name, value]) => this.#metric(line, name, value, now));
        await this.#publish(line, line.spec.name === undefined ? 'NDATA' : 'DDATA', metrics);
      }
    });
  }

  /** What was gathered while nobody listened: values of one metric, each with its time, in one message. */
  history(
    device: string | undefined,
    name: string,
    values: readonly (readonly [number, SparkplugValue])[],
  ): Promise<void> {
    return this.#inTurn(async () => {
      const line = this.#line(device);
      const metrics = values.map(([time, value]) => ({
        ...this.#metric(line, name, value, time),
        isHistorical: true,
      }));
      await this.#publish(line, device === undefined ? 'NDATA' : 'DDATA', metrics);
    });
  }

  /** A device falls away behind the node, and comes back. */
  setBorn(device: string, isBorn: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const line = this.#line(device);
      line.isBorn = isBorn;
      if (isBorn) await this.#birth(line);
      else await this.#publish(line, 'DDEATH', []);
    });
  }

  /** A death of an earlier connection that the broker says late. */
  async lateDeath(): Promise<void> {
    await this.#publisher.publish(this.#topic('NDEATH'), this.#death(this.#bdSeq - 1), 1);
  }

  inject(fault: Fault): void {
    this.#publisher.inject(fault);
  }

  heal(): void {
    this.#publisher.heal();
  }

  /** Its power fails: the broker says its death. `start` brings it back. */
  async crash(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    await this.#turn;
    await this.#publisher.close(false);
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    await this.#turn;
    await this.#publisher.publish(this.#topic('NDEATH'), this.#death(this.#bdSeq), 1);
    await this.#publisher.close(true);
  }

  async #run(): Promise<void> {
    const { everyMs, devices } = this.#options;
    if (everyMs === undefined) return;
    while (!this.#ended.signal.aborted) {
      await this.say();
      await this.#clock.wait(everyMs, this.#ended.signal);
      for (const { model } of devices) model.advance(everyMs);
    }
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act);
    return this.#turn;
  }

  async #births(): Promise<void> {
    this.#seq = 0;
    const node = this.#lines.find(({ spec }) => spec.name === undefined);
    await this.#birth(node);
    for (const line of this.#lines) if (line !== node && line.isBorn) await this.#birth(line);
  }

  async #birth(line: Line | undefined): Promise<void> {
    const now = this.#clock.utc();
    const own = line ? this.#ownMetrics(line, now) : [];
    if (line?.spec.name !== undefined) {
      await this.#publish(line, 'DBIRTH', own);
      return;
    }
    const bdSeq: SentMetric = { name: 'bdSeq', timestamp: now, type: 'Int64', value: this.#bdSeq };
    const control: SentMetric = { name: 'Node Control/Rebirth', timestamp: now, type: 'Boolean', value: false };
    await this.#publish(line, 'NBIRTH', [bdSeq, control, ...own]);
  }

  #ownMetrics(line: Line, now: number): SentMetric[] {
    const names = Object.keys(line.spec.types);
    const offset = this.#lines.indexOf(line) * 1000;
    const order = this.#options.aliases === 'shuffled' ? shuffled(names, this.#random) : names;
    line.aliases = new Map(this.#options.aliases === 'none' ? [] : order.map((name, n) => [name, offset + n]));
    line.said = valuesOf(line);
    return names.map((name) => ({ ...this.#metric(line, name, line.said[name] ?? null, now), name }));
  }

  #metric(line: Line, name: string, value: SparkplugValue, timestamp: number): SentMetric {
    const alias = line.aliases.get(name);
    const type = line.spec.types[name] as SparkplugType;
    return { ...(alias === undefined ? { name } : { alias }), timestamp, type, value };
  }

  async #publish(line: Line | undefined, kind: string, metrics: readonly SentMetric[]): Promise<void> {
    const payload = writeSparkplug({ timestamp: this.#clock.utc(), seq: this.#seq, metrics });
    this.#seq = (this.#seq + 1) % 256;
    await this.#publisher.publish(this.#topic(kind, line?.spec.name), payload, 0);
  }

  #death(bdSeq: number): Buffer {
    const timestamp = this.#clock.utc();
    return writeSparkplug({ timestamp, metrics: [{ name: 'bdSeq', timestamp, type: 'Int64', value: bdSeq }] });
  }

  #topic(kind: string, device?: string): string {
    const { group, node } = this.#options;
    return ['spBv1.0', group, kind, node, ...(device === undefined ? [] : [device])].join('/');
  }

  #line(device: string | undefined): Line {
    const line = this.#lines.find(({ spec }) => spec.name === device);
    if (!line) throw new RangeError(`the node has no device ${device}`);
    return line;
  }
}

/** The values of a device as they are sent; what its model does not have is null. */
function valuesOf({ spec }: Line): Record<string, SparkplugValue> {
  return Object.fromEntries(Object.keys(spec.types).map((name) => [name, spec.model.values[name] ?? null]));
}

function shuffled(names: readonly string[], random: Random): string[] {
  const keyed = names.map((name) => [random.next(), name] as const);
  return keyed.toSorted(([a], [b]) => a - b).map(([, name]) => name);
}
