import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plant } from '../../firmware-sim/index.js';
import type { Ledger } from '../../gateway/runtime/index.js';
import { freePort } from '../support/free-port.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { asked, Program, until } from './commands-program.js';
import { startCountingField } from './counting-field.js';
import type { DiskState } from './disk-states.js';
import { isOldWhole, type OldRecords, oldRecords } from './power-store.js';
import type { RecordedFolder } from './recorded-folder.js';

const cli = fileURLToPath(new URL('../../gateway/cli/main.js', import.meta.url));
const patienceMs = 60_000;

const siteText = (site: {
  readonly instrument: string;
  readonly influx: string;
  readonly database: string;
  readonly journal: string;
  readonly port: number;
}): string => `version: 1
site: { id: farm, timezone: "+08:00" }
profiles:
  numbering: { driver: modbus, poll: 100ms, tags: { counter: { register: holding 0, type: uint32, unit: "" } } }
links:
  station: { driver: modbus, framing: tcp, address: "${site.instrument}", devices: { u1: { profile: numbering, unit: 1 } } }
sinks:
  store: { type: influxdb, url: "${site.influx}", database: ${site.database}, from: beginning, order: strict, flush: 100ms, batch: 2000 }
journal: { folder: "${site.journal}", commitEvery: 200ms, samplesAgeMax: 10000d, alarmsAgeMax: 10000d }
http: { port: ${site.port} }
`;

/** What one start of the whole gateway on one disk state came to. */
export interface GatewayRun {
  /** Every link, every sink and the disk work, as the gateway says of itself. */
  readonly isReady: boolean;
  /** A reading of its own, taken after the power cut, is in InfluxDB. */
  readonly goesOn: boolean;
  readonly old: OldRecords;
  /** Accounts that do not balance, or call more or fewer records damaged than are missing. */
  readonly unbalanced: number;
  readonly exitCode: number | null;
  readonly said: string;
}

/** `sluice run` as a process, an instrument it reads, and the InfluxDB it brings everything to. */
export class PowerGateway {
  readonly #folder: RecordedFolder;
  readonly #scratch: string;
  readonly #plant: Plant;
  readonly #influxd: Influxd;
  readonly #port: number;
  #runs = 0;

  private constructor(folder: RecordedFolder, scratch: string, plant: Plant, influxd: Influxd, port: number) {
    this.#folder = folder;
    this.#scratch = scratch;
    this.#plant = plant;
    this.#influxd = influxd;
    this.#port = port;
  }

  static async start(folder: RecordedFolder, scratch: string): Promise<PowerGateway> {
    const plant = await startCountingField(join(scratch, 'counters.txt'));
    return new PowerGateway(folder, scratch, plant, await startInfluxd(), await freePort());
  }

  async stop(): Promise<void> {
    await this.#plant.stop();
    await this.#influxd.stop();
  }

  /** Puts a state on the disk, runs the gateway until all that was there is delivered, and stops it. */
  async run(state: DiskState): Promise<GatewayRun> {
    const database = `state_${(this.#runs += 1)}`;
    await this.#folder.write(state);
    const site = join(this.#scratch, 'site.yaml');
    const instrument = this.#plant.addresses['station'] as string;
    const journal = this.#folder.path;
    await writeFile(site, siteText({ instrument, influx: this.#influxd.url, database, journal, port: this.#port }));
    const gateway = new Program(process.execPath, [cli, 'run', site]);
    const url = `http://127.0.0.1:${this.#port}`;
    const ready = await until(patienceMs, async () => {
      if (gateway.hasEnded) return { isReady: false };
      const answer = await asked<{ isReady?: boolean }>(`${url}/health/ready`);
      return answer?.isReady && { isReady: true };
    });
    const goesOn = await until(patienceMs, async () => gateway.hasEnded || (await this.#hasArrived(database)));
    const ledger = await asked<Ledger>(`${url}/api/ledger`);
    const { code, said } = await gateway.end('SIGTERM');
    const old = await oldRecords(this.#influxd, database);
    await this.#influxd.query(`DROP DATABASE ${database}`);
    const unbalanced = ledger ? unbalancedOf(ledger, old) : 1;
    return { isReady: ready?.isReady ?? false, goesOn: goesOn ?? false, old, unbalanced, exitCode: code, said };
  }

  /** Each lane travels in order: behind what is of this run there is nothing left of what was found. */
  async #hasArrived(database: string): Promise<boolean> {
    const reading = await this.#influxd.query('SELECT counter FROM numbering LIMIT 1', database).catch(() => []);
    if (reading.length === 0) return false;
    return (await this.#influxd.query('SELECT reason FROM gap LIMIT 1', database)).length > 0;
  }
}

function unbalancedOf({ run, sinks }: Ledger, old: OldRecords): number {
  const open = [run, ...sinks].filter(({ isBalanced }) => !isBalanced).length;
  const samples = sinks.find(({ lane }) => lane === 'samples');
  const dropped = Object.values(samples?.dropped ?? {}).reduce((sum, count) => sum + count, 0);
  return open + (isOldWhole(old, dropped) ? 0 : 1);
}
