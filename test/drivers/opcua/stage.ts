import { join } from 'node:path';
import { OpcuaSimulator, type OpcuaSimulatorOptions } from '../../../firmware-sim/opcua/index.js';
import { scratchFolder } from '../../support/scratch.js';
import {
  begin,
  createDriver,
  type DeviceSpec,
  Facts,
  Listener,
  linkOf,
  type OpcuaDriver,
  type OpcuaLink,
  tablesOf,
  Warnings,
} from './opcua-link.js';

/** A server and drivers of it. Starting a server takes seconds, so the tests of a file share one and `reset` it. */
export class Stage {
  told = new Listener();
  learned = new Facts();
  log = new Warnings();
  #drivers: OpcuaDriver[] = [];
  readonly #remove: () => Promise<void>;
  readonly folder: string;
  readonly simulator: OpcuaSimulator;

  private constructor(folder: string, remove: () => Promise<void>, options: Partial<OpcuaSimulatorOptions>) {
    this.folder = folder;
    this.#remove = remove;
    this.simulator = new OpcuaSimulator({ ...options, folder: join(folder, 'server') });
  }

  static async start(options: Partial<OpcuaSimulatorOptions> = {}): Promise<Stage> {
    const { folder, remove } = await scratchFolder();
    const stage = new Stage(folder, remove, options);
    await stage.simulator.start();
    return stage;
  }

  get pki(): string {
    return join(this.folder, 'pki');
  }

  link(device: DeviceSpec, settings: Readonly<Record<string, unknown>> = {}): OpcuaLink {
    const brisk = { keepAlive: '300ms', timeout: '5s', sessionTimeout: '1s', historyDelay: '50ms' };
    const own = { endpoint: this.simulator.address, security: 'none', pki: this.pki, ...brisk, ...settings };
    return linkOf(own, { plant: device });
  }

  async create(link: OpcuaLink): Promise<OpcuaDriver> {
    const driver = await createDriver(link, { learned: this.learned, log: this.log });
    this.#drivers.push(driver);
    return driver;
  }

  /** A driver that is subscribed, with what makes it so again after a loss. */
  async subscribed(
    device: DeviceSpec,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<{ readonly driver: OpcuaDriver; readonly again: () => Promise<void> }> {
    const link = this.link(device, settings);
    const tables = tablesOf(link);
    const driver = await this.create(link);
    const again = (): Promise<void> => begin(driver, tables, this.told);
    await again();
    return { driver, again };
  }

  /** Resolves when the last value told of a tag is this. */
  reads(tag: string, value: number | string): Promise<void> {
    return this.told.until(() => this.told.valuesOf(tag, ({ late }) => !late).at(-1) === value);
  }

  /** Before a test: no driver, no session, no fault, values as at first. */
  async reset(): Promise<void> {
    for (const driver of this.#drivers.splice(0)) await driver.close();
    this.told = new Listener();
    this.learned = new Facts();
    this.log = new Warnings();
    this.simulator.heal();
    this.simulator.reset();
    await this.simulator.sessionsAre(0);
  }

  async clear(): Promise<void> {
    for (const driver of this.#drivers) await driver.close();
    await this.simulator.stop();
    await this.#remove();
  }
}
