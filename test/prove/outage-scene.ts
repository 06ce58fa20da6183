import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.js';
import { listenMqtt, type MqttListener } from '../support/mqtt-listener.js';
import { startWire, type Wire } from '../support/wire.js';
import { Arrivals } from './arrivals.js';
import { type InfluxWitness, startInfluxWitness, type StoredLine } from './influx-witness.js';

/** A frame as MQTT and the pool carry it. */
interface CarriedFrame {
  readonly sequence: number;
  readonly values: Readonly<Record<string, number>>;
  readonly units: Readonly<Record<string, string>>;
}

function takeCarried(arrivals: Arrivals, device: string, { sequence, values, units }: CarriedFrame): void {
  arrivals.frame(device, sequence);
  for (const [name, value] of Object.entries(values)) arrivals.value(name, value, units[name] ?? '');
}

/** A real InfluxDB, MQTT broker and pool receiver, each behind something that can be cut. */
export class OutageScene {
  readonly influxd: Influxd;
  readonly influxArrivals = new Arrivals();
  readonly poolPort: number;
  readonly wires: { readonly mqtt: Wire; readonly pool: Wire };
  readonly #folder: string;
  readonly #mosquitto: Mosquitto;
  readonly #listener: MqttListener;
  readonly #pool: Child;
  witness!: InfluxWitness;
  /** Greatest age of a live frame when InfluxDB had taken it, ms; set back to 0 to measure anew. */
  liveAgeMaxMs = 0;
  /** Which stream of a device is the live one: 0 without an outage, 1 beside a backlog. */
  liveStream = 0;

  private constructor(
    folder: string,
    influxd: Influxd,
    pool: { port: number; child: Child; wire: Wire },
    mqtt: { broker: Mosquitto; listener: MqttListener; wire: Wire },
  ) {
    this.#folder = folder;
    this.influxd = influxd;
    this.poolPort = pool.port;
    this.#pool = pool.child;
    this.#mosquitto = mqtt.broker;
    this.#listener = mqtt.listener;
    this.wires = { mqtt: mqtt.wire, pool: pool.wire };
  }

  static async start(folder: string): Promise<OutageScene> {
    const influxd = await startInfluxd();
    const port = await freePort();
    const child = new Child('pool-process.js', [join(folder, 'pool'), String(port)], join(folder, 'pool.log'));
    await child.line((line) => line === 'ready');
    const broker = await startMosquitto();
    const listener = await listenMqtt(broker.port, 'sluice/counted/#');
    const scene = new OutageScene(
      folder,
      influxd,
      { port, child, wire: await startWire(port) },
      { broker, listener, wire: await startWire(broker.port) },
    );
    scene.witness = await startInfluxWitness(influxd.url, (lines) => scene.#stored(lines));
    return scene;
  }

  cut(): void {
    this.witness.cut();
    this.wires.mqtt.cut();
    this.wires.pool.cut();
  }

  heal(): void {
    this.witness.heal();
    this.wires.mqtt.heal();
    this.wires.pool.heal();
  }

  /** What the MQTT client heard of frames; `frames` counts those of the box as well. */
  heard(): { readonly arrivals: Arrivals; readonly frames: number } {
    const arrivals = new Arrivals();
    let frames = 0;
    for (const { topic, text } of this.#listener.heard) {
      const [, , , device, group] = topic.split('/');
      if (group === undefined || device === undefined) continue;
      frames += 1;
      if (device !== 'box') takeCarried(arrivals, device, JSON.parse(text) as CarriedFrame);
    }
    return { arrivals, frames };
  }

  /** What the pool receiver keeps in its files, and what it says it lacks. */
  async pooled(): Promise<{ readonly arrivals: Arrivals; readonly ids: number; readonly missing: number }> {
    const arrivals = new Arrivals();
    const ids = new Set<string>();
    const folder = join(this.#folder, 'pool');
    for (const name of (await readdir(folder)).filter((one) => one.endsWith('_samples.ndjson'))) {
      for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
        if (line === '') continue;
        const { id, source, data } = JSON.parse(line) as {
          id: string;
          source: string;
          data: CarriedFrame & { device: string };
        };
        ids.add(`${source} ${id}`);
        if (data.device !== 'box') takeCarried(arrivals, data.device, data);
      }
    }
    const answer = await fetch(`http://127.0.0.1:${this.poolPort}/v1/missing`);
    const lanes = (await answer.json()) as { missing: unknown[] }[];
    return { arrivals, ids: ids.size, missing: lanes.reduce((sum, { missing }) => sum + missing.length, 0) };
  }

  /** Frames in InfluxDB: all, those of the box, and whether each device's sequences are dense from its first on. */
  async inInflux(): Promise<{ readonly all: number; readonly sparse: string[] }> {
    const count = async (measurement: string): Promise<number> =>
      Number((await this.influxd.query(`SELECT count(sequence) FROM ${measurement}`, 'counted'))[0]?.['count'] ?? 0);
    const rows = await this.influxd.query(
      'SELECT count(sequence), min(sequence), max(sequence) FROM counting GROUP BY device',
      'counted',
    );
    const sparse = rows.filter((row) => Number(row['max']) - Number(row['min']) + 1 !== Number(row['count']));
    return {
      all: (await count('counting')) + (await count('box')),
      sparse: sparse.map((row) => String(row['device'])),
    };
  }

  async stop(): Promise<void> {
    await this.witness.stop();
    await this.#listener.stop();
    await this.wires.mqtt.stop();
    await this.wires.pool.stop();
    await this.#mosquitto.stop();
    await this.#pool.end('SIGTERM');
    await this.influxd.stop();
  }

  #stored(lines: readonly StoredLine[]): void {
    const now = Date.now();
    for (const { device, sequence, time, fields } of lines) {
      if (device === 'box') continue;
      const stream = this.influxArrivals.frame(device, sequence);
      if (stream === this.liveStream) this.liveAgeMaxMs = Math.max(this.liveAgeMaxMs, now - time);
      for (const [name, value] of fields) this.influxArrivals.value(name, value);
    }
  }
}
