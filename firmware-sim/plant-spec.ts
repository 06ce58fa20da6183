import type { Fault } from '../gateway/contract/index.js';
import type { CsvReplaySpec } from './csv-replay.js';
import type { DeviceKindName } from './devices/index.js';
import type { PlantKindName } from './plants/index.js';
import type { BitEntry, FixedWords, RegisterEntry } from './registers/register-map.js';
import type { SlaveKind } from './servers/delivery.js';
import type { Transport } from './servers/transport.js';
import type { CounterSpec } from './servers/unit.js';
import type { WireSpec } from './servers/wire-time.js';

/** A whole simulated field, as it can stand in a JSON or YAML file. */
export interface PlantSpec {
  /** The same seed gives the same field; 1 when left out. */
  readonly seed?: number;
  /** Field time over real time; 1 when left out. */
  readonly timeScale?: number;
  /** Plants by the name instruments watch them under. */
  readonly plants?: Readonly<Record<string, PlantKindName>>;
  readonly servers: readonly ServerSpec[];
}

export interface ServerSpec {
  /** Names the server in addresses, faults and logs. */
  readonly name: string;
  readonly transport: Transport;
  readonly wire?: WireSpec;
  readonly slave?: SlaveKind;
  readonly counterFile?: string;
  readonly units: readonly PlantUnitSpec[];
  /** There from the start. */
  readonly faults?: readonly Fault[];
}

interface UnitCommon {
  readonly unit: number;
  readonly counter?: CounterSpec;
}

/** An instrument of a known kind. */
export interface InstrumentSpec extends UnitCommon {
  readonly device: DeviceKindName;
  /** Name of the plant it watches; still surroundings when left out. */
  readonly watches?: string;
  /** No noise, lag or error of its own. */
  readonly ideal?: boolean;
}

/** Registers described one by one, with the values they show. */
export interface RegistersSpec extends UnitCommon {
  readonly entries?: readonly (RegisterEntry | BitEntry)[];
  readonly fixed?: readonly FixedWords[];
  readonly functions?: readonly number[];
  readonly longestRead?: number;
  readonly values?: Readonly<Record<string, number | boolean>>;
}

/** A recorded column. */
export interface ReplaySpec extends UnitCommon {
  readonly replay: CsvReplaySpec;
}

export type PlantUnitSpec = InstrumentSpec | RegistersSpec | ReplaySpec;
