import type { Clock, DeviceModel, Fault } from '../gateway/contract/index.js';
import { CsvReplay } from './csv-replay.js';
import { deviceKinds } from './devices/index.js';
import { HeldValues, stillSurroundings } from './devices/surroundings.js';
import { FieldTime } from './field-time.js';
import { plantKinds, type PlantKindName } from './plants/index.js';
import type { PlantKind } from './plants/plant-kind.js';
import type { InstrumentSpec, PlantSpec, PlantUnitSpec, RegistersSpec, ServerSpec } from './plant-spec.js';
import { Random } from './random.js';
import { ModbusSimulator } from './servers/modbus-simulator.js';
import type { UnitSpec } from './servers/unit.js';
import type { WireEvent } from './servers/wire-event.js';
import { systemClock } from './system-clock.js';

export interface PlantHooks {
  readonly clock?: Clock;
  /** Called for each request and answer, with the name of its server. */
  readonly log?: (server: string, event: WireEvent) => void;
}

/** A running field. */
export interface Plant {
  /** Server name → `tcp://127.0.0.1:1502` or `serial:/dev/pts/3`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Into one server, or into every one. Throws when there is no such server. */
  inject(fault: Fault, server?: string): void;
  heal(server?: string): void;
  /** Lets something happen in a plant, by the names its kind gives: `fans lose power`. Throws on another name. */
  happen(plant: string, event: string): void;
  /** Moves one thing in a plant. */
  command(plant: string, tag: string, value: number | boolean): void;
  /** What a plant is really like now, whatever its instruments show. */
  truth(plant: string): Readonly<Record<string, number | boolean>>;
  stop(): Promise<void>;
}

interface RunningPlant {
  readonly kind: PlantKind;
  readonly model: DeviceModel;
}

function named<Value>(map: ReadonlyMap<string, Value>, what: string, name: string): Value {
  const found = map.get(name);
  if (found === undefined) throw new Error(`no ${what} "${name}"; there are: ${[...map.keys()].join(', ') || 'none'}`);
  return found;
}

const kindsByName: ReadonlyMap<string, PlantKind> = new Map(Object.entries(plantKinds));
const devicesByName = new Map(Object.entries(deviceKinds));

/** Makes models and units of a description; joins them to field time, plants first. */
class Builder {
  readonly plants: ReadonlyMap<string, RunningPlant>;
  readonly #random: Random;

  constructor(spec: PlantSpec, time: FieldTime) {
    this.#random = new Random(spec.seed ?? 1);
    this.plants = new Map(
      Object.entries<PlantKindName>(spec.plants ?? {}).map(([name, kindName]) => {
        const kind = named(kindsByName, 'kind of plant', kindName);
        const model = kind.create(this.seed());
        time.join(model);
        return [name, { kind, model }];
      }),
    );
  }

  seed(): number {
    return this.#random.whole(1, 2 ** 31);
  }

  units(server: ServerSpec): UnitSpec[] {
    const seen = new Set<number>();
    return server.units.map((unit) => {
      if (seen.has(unit.unit)) throw new Error(`server "${server.name}" has unit ${unit.unit} twice`);
      seen.add(unit.unit);
      return { ...this.#unit(unit), ...(unit.counter && { counter: unit.counter }) };
    });
  }

  #unit(spec: PlantUnitSpec): UnitSpec {
    if ('device' in spec) return this.#instrument(spec);
    if (!('replay' in spec)) return registers(spec);
    const model = new CsvReplay(spec.replay);
    return { unit: spec.unit, map: model.map, model, beforeRead: () => model.nextRow() };
  }

  #instrument(spec: InstrumentSpec): UnitSpec {
    const kind = named(devicesByName, 'kind of device', spec.device);
    const watched = spec.watches === undefined ? undefined : named(this.plants, 'plant', spec.watches).model;
    const surroundings = watched ?? stillSurroundings();
    const random = spec.ideal ? {} : { random: new Random(this.seed()) };
    return { unit: spec.unit, map: kind.map, model: kind.create({ unit: spec.unit, surroundings, ...random }) };
  }
}

function registers(spec: RegistersSpec): UnitSpec {
  const { unit, entries = [], values = {}, counter, ...rest } = spec;
  if (entries.length === 0 && !rest.fixed && !counter) {
    throw new Error(`unit ${unit} has nothing to read; give it a device, a replay, entries, fixed words or a counter`);
  }
  return { unit, map: { entries, ...rest }, model: new HeldValues(values) };
}

/**
 * Starts every server of a description. Rejects, with nothing left open, when the description names what there is not or
 * a port cannot be had.
 */
export async function startPlant(spec: PlantSpec, hooks: PlantHooks = {}): Promise<Plant> {
  const clock = hooks.clock ?? systemClock;
  const time = new FieldTime(clock, spec.timeScale ?? 1);
  const builder = new Builder(spec, time);
  const servers = new Map(
    spec.servers.map((server) => {
      const { name, transport, wire, slave, counterFile } = server;
      const simulator = new ModbusSimulator({
        transport,
        units: builder.units(server),
        seed: builder.seed(),
        time,
        clock,
        ...(wire && { wire }),
        ...(slave && { slave }),
        ...(counterFile !== undefined && { counterFile }),
        log: (event) => hooks.log?.(name, event),
      });
      for (const fault of server.faults ?? []) simulator.inject(fault);
      return [name, simulator];
    }),
  );
  await startAll(servers);
  const chosen = (server: string | undefined) =>
    server === undefined ? [...servers.values()] : [named(servers, 'server', server)];
  const plantOf = (name: string) => named(builder.plants, 'plant', name);
  const command = (plant: string, tag: string, value: number | boolean) => {
    time.catchUp();
    plantOf(plant).model.command(tag, value);
  };
  return {
    addresses: Object.fromEntries([...servers].map(([name, { address }]) => [name, address])),
    inject: (fault, server) => chosen(server).forEach((one) => one.inject(fault)),
    heal: (server) => chosen(server).forEach((one) => one.heal()),
    happen(plant, event) {
      const events = new Map(Object.entries(plantOf(plant).kind.events));
      for (const [tag, value] of Object.entries(named(events, 'event', event))) command(plant, tag, value);
    },
    command,
    truth(plant) {
      time.catchUp();
      return plantOf(plant).model.values;
    },
    stop: async () => {
      await Promise.all([...servers.values()].map((one) => one.stop()));
    },
  };
}

async function startAll(servers: ReadonlyMap<string, ModbusSimulator>): Promise<void> {
  for (const [name, simulator] of servers) {
    try {
      await simulator.start();
    } catch (error) {
      await Promise.all([...servers.values()].map((one) => one.stop()));
      throw new Error(`server "${name}" did not start; is its port free, does its line exist?`, { cause: error });
    }
  }
}
