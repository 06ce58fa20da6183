import { join } from 'node:path';
import type { DataValueOptions, OPCUAServer, StatusCode, UserManagerOptions } from 'node-opcua';
import type { Clock } from '../../gateway/contract/index.js';
import { Random } from '../random.js';
import { systemClock } from '../system-clock.js';
import { loadLibrary, type OpcuaLibrary } from './library.js';
import { type ConditionRefusals, PlantConditions } from './plant-conditions.js';
import { buildPlant, type KeptVariable, type PlantNodes } from './plant-nodes.js';
import { applicationUri, ServerIdentity } from './server-identity.js';
import { PublishGate } from './publish-gate.js';
import { userCertificates } from './user-certificates.js';
import { ValueHistory } from './value-history.js';
import { processVariables, typeVariables, type VariableSpec } from './variables.js';

export interface OpcuaSimulatorOptions {
  /** Where its certificates are made; a scratch folder. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly seed?: number;
  readonly clock?: Clock;
  /** Beside those of every type and those of the process. */
  readonly variables?: readonly VariableSpec[];
  readonly users?: Readonly<Record<string, string>>;
  /** Users who log in with a certificate, DER; without it any certificate will do. */
  readonly userCertificates?: readonly Uint8Array[];
  readonly sessionsMax?: number;
  /** Items, reads and paths it takes in one request. */
  readonly operationsMax?: number;
}

export type OpcuaFault =
  /** Takes publish requests and answers none. */
  | { readonly kind: 'frozen-publishing' }
  /** Has room for so many sessions. */
  | { readonly kind: 'session-limit'; readonly sessions: number };

/** What a restart may bring with it. */
export interface RestartOptions {
  /** Namespaces are numbered the other way round from now on. */
  readonly reorder?: boolean;
  readonly certificate?: 'renew' | 'replace';
  /** Variables that are not there this time. */
  readonly without?: readonly string[];
  /** What it refuses of its alarms from now on. */
  readonly refuses?: ConditionRefusals;
}

const usualSessionsMax = 20;

/**
 * An OPC UA server with a plant whose values are set by the test: every type, history, a limit alarm, and alarms that are
 * raised and cleared by call. The plant goes on while the server is down: its history has what was set meanwhile.
 */
export class OpcuaSimulator {
  /** Alarms by call, and who acknowledged them. */
  readonly conditions: PlantConditions;
  readonly #options: OpcuaSimulatorOptions;
  readonly #identity: ServerIdentity;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #variables = new Map<string, KeptVariable>();
  readonly #gate = new PublishGate();
  #library: OpcuaLibrary | undefined;
  #server: OPCUAServer | undefined;
  #nodes: PlantNodes | undefined;
  #port: number;
  #sessionsMax: number;
  #isReordered = false;
  #sessionsOpened = 0;
  #watchers: (() => void)[] = [];

  constructor(options: OpcuaSimulatorOptions) {
    this.#options = options;
    this.#identity = new ServerIdentity(options.folder);
    this.#clock = options.clock ?? systemClock;
    this.conditions = new PlantConditions(() => this.#clock.utc());
    this.#random = new Random(options.seed ?? 1);
    this.#port = options.port ?? 0;
    this.#sessionsMax = options.sessionsMax ?? usualSessionsMax;
  }

  get address(): string {
    return `opc.tcp://127.0.0.1:${this.#port}`;
  }

  /** Sessions open now. */
  get sessions(): number {
    return this.#server?.engine.currentSessionCount ?? 0;
  }

  /** Sessions opened since the simulator was made. */
  get sessionsOpened(): number {
    return this.#sessionsOpened;
  }

  /** Connections open now. */
  get connections(): number {
    return this.#server?.endpoints.reduce((sum, endpoint) => sum + endpoint.currentChannelCount, 0) ?? 0;
  }

  async start(): Promise<void> {
    this.#library ??= await loadLibrary();
    if (this.#variables.size === 0) this.#keepVariables(this.#library);
    await this.#serve(this.#library, {});
  }

  /** Stops serving; connections are closed as a server that shuts down does. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#nodes = undefined;
    this.conditions.leave();
    await server?.shutdown(0);
  }

  /** On the same port; sessions and subscriptions are gone. */
  async restart(options: RestartOptions = {}): Promise<void> {
    const { reorder = false, certificate } = options;
    await this.stop();
    if (reorder) this.#isReordered = !this.#isReordered;
    if (certificate) this.#identity.change(certificate);
    await this.#serve(this.#library as OpcuaLibrary, options);
  }

  inject(fault: OpcuaFault): void {
    if (fault.kind === 'session-limit') {
      this.#sessionsMax = fault.sessions;
      this.#applySessionLimit();
    } else if (this.#server) {
      this.#gate.close(this.#server);
    }
  }

  heal(): void {
    this.#gate.open();
    this.#sessionsMax = this.#options.sessionsMax ?? usualSessionsMax;
    this.#applySessionLimit();
  }

  /** Cuts every connection, as a network does: sessions stay until their time-out. */
  cut(): void {
    for (const endpoint of this.#server?.endpoints ?? []) endpoint.abruptlyInterruptChannels();
  }

  /** Resolves when so many sessions are open, at once or as soon as it comes so. */
  async sessionsAre(count: number): Promise<void> {
    while (this.sessions !== count) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  /** Every variable as it was at first, without history; every alarm at rest. */
  reset(): void {
    for (const { spec, history } of this.#variables.values()) {
      history.forget();
      this.set(spec.name, spec.initial);
    }
    this.conditions.reset();
  }

  /** Gives a variable a value, with its own time and StatusCode by name. */
  set(
    name: string,
    value: unknown,
    { at, status = 'Good' }: { readonly at?: number; readonly status?: string } = {},
  ): void {
    const kept = this.#variables.get(name);
    const library = this.#library;
    if (!kept || !library) throw new RangeError(`the plant has no variable ${name}, or was not started yet`);
    kept.current = dataValue(library, kept.spec, value, new Date(at ?? this.#clock.utc()), status);
    if (kept.spec.hasHistory) kept.history.keep(new library.DataValue(kept.current));
    this.#nodes?.update(name, kept.current);
  }

  /** One step of every process variable: a random walk within its range, the same for the same seed. */
  step(at: number = this.#clock.utc()): void {
    for (const { spec, current } of this.#variables.values()) {
      if (!spec.range) continue;
      const [low, high] = spec.range;
      const now = current.value?.value as number;
      const next = now + this.#random.normal((high - low) / 50);
      this.set(spec.name, Math.min(high, Math.max(low, next)), { at });
    }
  }

  #keepVariables(library: OpcuaLibrary): void {
    const began = new Date(this.#clock.utc());
    for (const spec of [...typeVariables, ...processVariables, ...(this.#options.variables ?? [])]) {
      const current = dataValue(library, spec, spec.initial, began, 'Good');
      this.#variables.set(spec.name, { spec, current, history: new ValueHistory() });
    }
  }

  async #serve(library: OpcuaLibrary, { without = [], refuses = {} }: RestartOptions): Promise<void> {
    const { MessageSecurityMode, OPCUAServer: Server, SecurityPolicy } = library;
    const { folder, operationsMax, users, userCertificates: known } = this.#options;
    const identity = await this.#identity.current(library);
    const server = new Server({
      ...identity,
      userCertificateManager: known
        ? await userCertificates(library, join(folder, 'users'), known)
        : identity.serverCertificateManager,
      port: this.#port,
      host: '127.0.0.1',
      hostname: '127.0.0.1',
      serverInfo: { applicationUri },
      buildInfo: { productName: 'Sluice field', manufacturerName: 'Sluice', softwareVersion: '1' },
      securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
      securityPolicies: [
        SecurityPolicy.None,
        SecurityPolicy.Basic256Sha256,
        SecurityPolicy.Aes128_Sha256_RsaOaep,
        SecurityPolicy.Aes256_Sha256_RsaPss,
      ],
      ...(users && { allowAnonymous: false, userManager: userManager(users) }),
      serverCapabilities: {
        maxSessions: this.#sessionsMax,
        ...(operationsMax !== undefined && {
          operationLimits: {
            maxMonitoredItemsPerCall: operationsMax,
            maxNodesPerRead: operationsMax,
            maxNodesPerTranslateBrowsePathsToNodeIds: operationsMax,
          },
        }),
      },
      registerServerMethod: library.RegisterServerMethod.HIDDEN,
    });
    await server.initialize();
    this.#gate.guard(server);
    this.#nodes = buildPlant(library, server, [...this.#variables.values()], {
      conditions: this.conditions,
      refuses,
      reordered: this.#isReordered,
      without: new Set(without),
    });
    server.on('create_session', () => {
      this.#sessionsOpened += 1;
      this.#sessionsChanged();
    });
    server.on('session_closed', () => this.#sessionsChanged());
    await server.start();
    this.#port = server.endpoints[0]?.port ?? this.#port;
    this.#server = server;
  }

  /** The library counts a session a turn after it has told of it. */
  #sessionsChanged(): void {
    void this.#clock.wait(0).then(() => {
      for (const watcher of this.#watchers.splice(0)) watcher();
    });
  }

  #applySessionLimit(): void {
    if (this.#server) this.#server.engine.serverCapabilities.maxSessions = this.#sessionsMax;
  }
}

const userManager = (users: Readonly<Record<string, string>>): UserManagerOptions => ({
  isValidUser: (name: string, password: string) => users[name] === password,
});

function dataValue(
  { DataType, StatusCodes, VariantArrayType }: OpcuaLibrary,
  { dataType, isArray }: VariableSpec,
  value: unknown,
  at: Date,
  status: string,
): DataValueOptions {
  const arrayType = isArray ? VariantArrayType.Array : VariantArrayType.Scalar;
  const statusCode = (StatusCodes as unknown as Readonly<Record<string, StatusCode>>)[status];
  if (!statusCode) throw new RangeError(`${status} is no StatusCode`);
  return {
    value: { dataType: DataType[dataType], arrayType, value },
    statusCode,
    sourceTimestamp: at,
    serverTimestamp: at,
  };
}
