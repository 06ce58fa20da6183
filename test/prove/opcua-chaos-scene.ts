import { join } from 'node:path';
import { rejectedCertificates, trustCertificate } from '../../drivers/opcua/index.js';
import { OpcuaSimulator } from '../../firmware-sim/opcua/index.js';
import { silentLog } from '../../gateway/contract/index.js';
import { systemClock } from '../../gateway/runtime/index.js';
import { SubscriptionSupervisor } from '../../gateway/runtime/subscription-supervisor.js';
import { createDriver, linkOf, type OpcuaDriver, tablesOf } from '../drivers/opcua/opcua-link.js';
import { startWire, type Wire } from '../support/wire.js';
import { ChaosJudge } from './opcua-chaos-judge.js';

/** Its variables with history, and how often each gets a new value: ms. */
const variables = { Temperature: 100, Pressure: 200 } as const;
const sampleEveryMs = 5;
const secured = { policy: 'Basic256Sha256', mode: 'sign-and-encrypt' };
const pace = { keepAlive: '1s', timeout: '3s', sessionTimeout: '60s', historyDelay: '200ms' };

/** A server whose values never stand still, a network that can be cut, and the driver in the gateway's own host. */
export class ChaosScene {
  readonly simulator: OpcuaSimulator;
  readonly wire: Wire;
  readonly judge = new ChaosJudge(Object.keys(variables));
  readonly pki: string;
  /** Most seen at any look. */
  readonly most = { sessions: 0, connections: 0 };
  looks = 0;
  #driver!: OpcuaDriver;
  #supervisor!: SubscriptionSupervisor;
  #moving: NodeJS.Timeout[] = [];
  #watching: NodeJS.Timeout | undefined;
  #lastAt = 0;
  #steps = 0;

  private constructor(simulator: OpcuaSimulator, wire: Wire, pki: string) {
    this.simulator = simulator;
    this.wire = wire;
    this.pki = pki;
  }

  static async start(folder: string): Promise<ChaosScene> {
    const simulator = new OpcuaSimulator({ folder: join(folder, 'server') });
    await simulator.start();
    const wire = await startWire(Number(new URL(simulator.address.replace('opc.tcp', 'http')).port));
    const scene = new ChaosScene(simulator, wire, join(folder, 'pki'));
    await scene.#host();
    return scene;
  }

  counters(): Readonly<Record<string, number>> {
    return this.#driver.counters();
  }

  /** What a technician does about a certificate nobody knows. Resolves to how many there were. */
  async trustRejected(): Promise<number> {
    const rejected = await rejectedCertificates(this.pki);
    for (const { der } of rejected) await trustCertificate(this.pki, der);
    return rejected.length;
  }

  /** From here on the variables change; what was before the first connection is owed to nobody. */
  move(): void {
    this.#moving = Object.entries(variables).map(([name, everyMs]) => setInterval(() => this.#set(name), everyMs));
  }

  /** The last values are set. */
  still(): void {
    for (const timer of this.#moving.splice(0)) clearInterval(timer);
  }

  async strike(): Promise<void> {
    this.still();
    clearInterval(this.#watching);
    await this.#supervisor.stop();
    await this.wire.stop();
    await this.simulator.stop();
  }

  async #host(): Promise<void> {
    const endpoint = `opc.tcp://127.0.0.1:${this.wire.port}`;
    const names = Object.keys(variables);
    const tags = Object.fromEntries(
      names.map((name) => [name, { node: `s=Plant.${name}`, sampling: 'on-change', queue: 500 }]),
    );
    const settings = { endpoint, security: secured, pki: this.pki, history: true, ...pace };
    const link = linkOf(settings, { plant: { everyMs: 250, tags } });
    this.#driver = await createDriver(link);
    this.#supervisor = new SubscriptionSupervisor({
      name: link.name,
      driver: this.#driver,
      tables: tablesOf(link),
      clock: systemClock,
      log: silentLog,
      events: {
        onReading: (reading) => {
          this.judge.take(reading);
          return true;
        },
        onHappening: () => true,
        onKept: () => Promise.resolve(),
        onFlush: () => Promise.resolve(),
        onTransition: () => undefined,
      },
    });
    this.#supervisor.start();
    this.#watching = setInterval(() => this.#look(), sampleEveryMs);
  }

  #set(name: string): void {
    this.#steps += 1;
    // No two values of one time, also where the clock of this machine is set back.
    this.#lastAt = Math.max(this.#lastAt + 1, Date.now());
    // Before it is told, it is known.
    this.judge.had(name, this.#lastAt, this.#steps);
    this.simulator.set(name, this.#steps, { at: this.#lastAt });
  }

  #look(): void {
    this.looks += 1;
    this.most.sessions = Math.max(this.most.sessions, this.simulator.sessions);
    this.most.connections = Math.max(this.most.connections, this.simulator.connections);
  }
}
