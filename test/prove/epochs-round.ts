import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEntry, Entry, EpochEntry } from '../../gateway/contract/index.js';
import { brokenLink } from '../../gateway/journal/audit.js';
import type { Plant } from '../../firmware-sim/index.js';
import { Child } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { readLane } from '../support/read-lane.js';
import { startWire, type Wire } from '../support/wire.js';
import {
  answered,
  compare,
  countingFieldSite,
  inInflux,
  inPool,
  poolEvents,
  startCountingField,
} from './counting-field.js';
import { drained } from './drained.js';
import { type Finding, finding } from './proof.js';
import { openStopped } from './stopped-journal.js';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Instruments, InfluxDB and pool of one round; the wires to both destinations can be cut. */
export class EpochsRound {
  readonly folder: string;
  readonly influxd: Influxd;
  readonly #plant: Plant;
  readonly #pool: Child;
  readonly #poolPort: number;
  readonly #wires: readonly [influx: Wire, pool: Wire];

  private constructor(
    folder: string,
    influxd: Influxd,
    plant: Plant,
    pool: { readonly child: Child; readonly port: number },
    wires: readonly [Wire, Wire],
  ) {
    this.folder = folder;
    this.influxd = influxd;
    this.#plant = plant;
    this.#pool = pool.child;
    this.#poolPort = pool.port;
    this.#wires = wires;
  }

  static async start(folder: string): Promise<EpochsRound> {
    await mkdir(folder);
    const influxd = await startInfluxd();
    const port = await freePort();
    const child = new Child('pool-process.js', [join(folder, 'pool'), String(port)], join(folder, 'pool.log'));
    await child.line((line) => line === 'ready');
    const wires = [await startWire(Number(new URL(influxd.url).port)), await startWire(port)] as const;
    const plant = await startCountingField(join(folder, 'counters.txt'));
    return new EpochsRound(folder, influxd, plant, { child, port }, wires);
  }

  cut(): void {
    for (const wire of this.#wires) wire.cut();
  }

  heal(): void {
    for (const wire of this.#wires) wire.heal();
  }

  /** Starts a gateway on a journal of this round. */
  async gateway(journal: string, poll = '50ms'): Promise<Child> {
    const [influx, pool] = this.#wires;
    const path = join(this.folder, `${journal}.yaml`);
    const site = countingFieldSite({
      address: this.#plant.addresses['station'] as string,
      poll,
      sinks: [
        `influx: { type: influxdb, url: "http://127.0.0.1:${influx.port}", database: epochs, flush: 300ms }`,
        `pool: { type: pool, url: "http://127.0.0.1:${pool.port}", order: strict, flush: 300ms }`,
      ],
      journal: join(this.folder, journal),
    });
    await writeFile(path, site);
    const child = new Child('gateway-process.js', [path], join(this.folder, `${journal}.log`));
    if ((await child.line((line) => line === 'ready')) === undefined) {
      throw new Error(`the gateway did not start; see ${this.folder}/${journal}.log`);
    }
    return child;
  }

  /** Runs a gateway for a while, to the end of a read. */
  async run(journal: string, ms: number): Promise<void> {
    const gateway = await this.gateway(journal);
    await sleep(ms);
    await gateway.end('SIGTERM');
  }

  /** Brings what waits in a journal to its sinks: the instruments are read once more, and then no longer. */
  async bringAll(journal: string, say: (line: string) => void): Promise<number> {
    const gateway = await this.gateway(journal, '1d');
    const { sinks } = await drained(gateway, say);
    await gateway.end('SIGTERM');
    return sinks.filter(({ isBalanced, waiting }) => !isBalanced || waiting > 0).length;
  }

  copy(from: string, to: string): void {
    const { status } = spawnSync('cp', ['-a', join(this.folder, from), join(this.folder, to)]);
    if (status !== 0) throw new Error(`cp -a ${from} ${to} failed`);
  }

  /** What became of every reply, at both destinations. */
  async judge(what: string, unsettled: number): Promise<readonly Finding[]> {
    const answers = await answered(join(this.folder, 'counters.txt'));
    const events = await poolEvents(join(this.folder, 'pool'));
    const missing = (await (await fetch(`http://127.0.0.1:${this.#poolPort}/v1/missing`)).json()) as {
      missing: unknown[];
    }[];
    const gaps = missing.filter((lane) => lane.missing.length > 0).length;
    const influx = compare(answers, await inInflux(this.influxd, 'epochs'));
    const pool = compare(answers, inPool(events));
    const words = ({ lost, doubled }: typeof influx): string => `${lost} lost, ${doubled} doubled`;
    return [
      finding(
        `${what}: of ${answers.size} replies, in InfluxDB`,
        words(influx),
        '0, 0',
        influx.lost + influx.doubled === 0 && answers.size > 0,
      ),
      finding(
        `${what}: in the pool`,
        `${words(pool)}, ${gaps} lanes with gaps`,
        '0, 0, 0',
        pool.lost + pool.doubled + gaps === 0,
      ),
      finding(`${what}: sinks' accounts unsettled or unbalanced`, unsettled, '0', unsettled === 0),
    ];
  }

  /** How a new epoch stands in the journal's alarms lane and audit, and at the pool. */
  async named(what: string, journal: string, reason: string, previous: string): Promise<readonly Finding[]> {
    const entries = await alarmsOf(join(this.folder, journal));
    const epoch = epochsOf(entries).at(-1);
    const audits = entries.filter((entry): entry is AuditEntry => entry.kind === 'audit');
    const said = audits.filter(({ action }) => action === 'new epoch').at(-1)?.detail as
      | Record<string, unknown>
      | undefined;
    const isSaid = said?.['reason'] === reason && said['previous'] === previous && said['epoch'] === epoch?.epoch;
    const events = await poolEvents(join(this.folder, 'pool'));
    const atPool = events.find(({ type, data }) => type === 'sluice.epoch.v1' && data['epoch'] === epoch?.epoch);
    const isDated = Math.abs(Date.parse(atPool?.time ?? '') - Date.now()) < 3_600_000;
    return [
      finding(
        `${what}: epoch entry`,
        `${epoch?.reason}, after ${epoch?.previous}`,
        `${reason}, after ${previous}`,
        epoch?.reason === reason && epoch.previous === previous,
      ),
      finding(
        `${what}: audit entry names reason, previous and new epoch; the chain holds`,
        `${isSaid}, ${brokenLink(audits) === -1}`,
        'true, true',
        isSaid && brokenLink(audits) === -1,
      ),
      finding(`${what}: the pool got the epoch's entry with its time`, String(isDated), 'true', isDated),
    ];
  }

  async epochOf(journal: string): Promise<string> {
    return epochsOf(await alarmsOf(join(this.folder, journal))).at(-1)?.epoch ?? '';
  }

  async stop(): Promise<void> {
    await this.#plant.stop();
    for (const wire of this.#wires) await wire.stop();
    await this.#pool.end('SIGTERM');
    await this.influxd.stop();
  }
}

const epochsOf = (entries: readonly Entry[]): EpochEntry[] =>
  entries.filter((entry): entry is EpochEntry => entry.kind === 'epoch');

/** The alarms lane of a journal nobody has open. */
async function alarmsOf(folder: string): Promise<Entry[]> {
  const journal = await openStopped(folder);
  const entries = (await readLane(journal.alarms)).map(({ record }) => record);
  await journal.close();
  return entries;
}
