import type { Clock, Log } from '../../../gateway/contract/index.js';
import type { Mouth } from '../listener.js';
import { EdgeNode, type EdgeNodeEvents, type SaidMetric } from './edge-node.js';
import { encodeCommand, type Payload } from './payload.js';
import type { SparkplugDevice } from './sparkplug-device.js';
import { commandTopic, type EdgeTopic } from './topic.js';

/** The metric of a node that makes it say its births again (Sparkplug 3.0 §6.4.24). */
const rebirthMetric = 'Node Control/Rebirth';

/** What happened to messages, by name; shared by the nodes of a link. */
export interface SparkplugCounters {
  births: number;
  deaths: number;
  /** Messages of which one before was missing, that came before a birth, or with an alias nobody gave us. */
  gaps: number;
  unborn: number;
  unknownAliases: number;
  rebirthsAsked: number;
  historical: number;
}

export interface NodeLineOptions {
  readonly group: string;
  readonly node: string;
  readonly devices: ReadonlyMap<string | undefined, SparkplugDevice>;
  readonly counters: SparkplugCounters;
  readonly rebirthPauseMs: number;
  readonly birthWaitMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly mouth: Mouth;
  /** Told of each message that makes values of a device. */
  readonly heard: (device: string) => void;
}

/** One edge node and the devices behind it: what they say goes to the host, and births are asked for where needed. */
export class NodeLine implements EdgeNodeEvents {
  readonly #options: NodeLineOptions;
  readonly #node: EdgeNode;
  readonly #ended = new AbortController();
  #mayAskAtMs = Number.NEGATIVE_INFINITY;
  #isAsking = false;
  #awaiting = new AbortController();
  #isTrouble = false;
  #raw: Uint8Array = new Uint8Array(0);

  constructor(options: NodeLineOptions) {
    this.#options = options;
    this.#node = new EdgeNode(new Set(options.devices.keys()), this);
  }

  /** Births were said before we came, and nobody keeps them: they are asked for. */
  begin(): void {
    this.#ask();
    this.#awaitBirths();
  }

  hear(topic: EdgeTopic, payload: Payload, raw: Uint8Array): void {
    this.#raw = raw;
    this.#node.hear(topic, payload);
    if (topic.kind === 'NBIRTH') this.#awaitBirths();
  }

  /** A message that cannot be read: too long, or damaged. Until the next birth nobody knows what is meant. */
  missed(topic: EdgeTopic): void {
    this.#node.missed(topic);
    if (topic.kind !== 'NBIRTH' && topic.kind !== 'DBIRTH') return;
    for (const [device, line] of this.#options.devices) {
      if (topic.kind === 'NBIRTH' || device === topic.device) line.died('its birth cannot be read');
    }
  }

  end(): void {
    this.#ended.abort();
    this.#awaiting.abort();
  }

  born(device: string | undefined, metrics: readonly SaidMetric[], payload: Payload, isSure: boolean): void {
    const { devices, counters, heard, log, group, node } = this.#options;
    const line = devices.get(device) as SparkplugDevice;
    counters.births += 1;
    line.born(metrics, payload, isSure, this.#raw);
    heard(line.name);
    if (!this.#isTrouble || this.#isWanting) return;
    this.#isTrouble = false;
    log.info({ group, node }, 'Sparkplug node is understood again');
  }

  said(device: string | undefined, metrics: readonly SaidMetric[], payload: Payload, isSure: boolean): void {
    const { devices, counters, heard } = this.#options;
    const line = devices.get(device) as SparkplugDevice;
    counters.historical += metrics.filter(({ metric }) => metric.isHistorical).length;
    line.said(metrics, payload, isSure, this.#raw);
    heard(line.name);
    // Whoever did not answer when asked is asked again when it is heard.
    if (this.#isWanting) this.#ask();
  }

  died(device: string | undefined): void {
    const { devices, counters } = this.#options;
    const dead = device === undefined ? [...devices.values()] : [devices.get(device) as SparkplugDevice];
    const why = device === undefined ? 'its node is dead' : 'its node says so';
    counters.deaths += dead.filter((one) => one.died(why)).length;
  }

  needsBirth(why: 'gap' | 'unborn' | 'alias'): void {
    const { counters, log, group, node } = this.#options;
    counters[({ gap: 'gaps', unborn: 'unborn', alias: 'unknownAliases' } as const)[why]] += 1;
    if (!this.#isTrouble) log.warn({ group, node, why }, 'Sparkplug node is not understood; its birth is asked for');
    this.#isTrouble = true;
    this.#ask();
  }

  /** True while some birth is missing. */
  get #isWanting(): boolean {
    return this.#node.isUnsure || [...this.#options.devices.keys()].some((device) => !this.#node.isBorn(device));
  }

  #ask(): void {
    const { clock } = this.#options;
    const waitMs = this.#mayAskAtMs - clock.monotonic();
    if (waitMs <= 0) {
      this.#askNow();
      return;
    }
    if (this.#isAsking) return;
    this.#isAsking = true;
    void clock.wait(Math.ceil(waitMs), this.#ended.signal).then(() => {
      this.#isAsking = false;
      if (!this.#ended.signal.aborted && this.#isWanting) this.#askNow();
    });
  }

  #askNow(): void {
    const { clock, mouth, counters, rebirthPauseMs, group, node } = this.#options;
    this.#mayAskAtMs = clock.monotonic() + rebirthPauseMs;
    counters.rebirthsAsked += 1;
    const payload = encodeCommand(rebirthMetric, clock.utc());
    mouth.publish({ topic: commandTopic(group, node), payload, qos: 0, retain: false });
  }

  /** Who is not born by then is not there. */
  #awaitBirths(): void {
    const { clock, birthWaitMs, devices } = this.#options;
    this.#awaiting.abort();
    const awaiting = new AbortController();
    this.#awaiting = awaiting;
    void clock.wait(birthWaitMs, awaiting.signal).then(() => {
      if (awaiting.signal.aborted) return;
      for (const [device, line] of devices) if (!this.#node.isBorn(device)) line.died('it is not born');
    });
  }
}
