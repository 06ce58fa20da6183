export { CsvReplay, type CsvReplaySpec, csvColumn, replayRowAddress } from './csv-replay.js';
export { type DemoPorts, demoPlant } from './demo-plant.js';
export type { DeviceKind, DeviceOptions } from './devices/device-kind.js';
export { type DeviceKindName, deviceKinds } from './devices/index.js';
export { HeldValues, stillSurroundings } from './devices/surroundings.js';
export { type DtuOptions, DtuSimulator } from './dtus/index.js';
export type { ReplyFault } from './faults.js';
export { FieldTime } from './field-time.js';
export {
  type Delivery,
  Hj212Station,
  type Hj212StationOptions,
  type KeptKind,
  type StationFactor,
  type StationFault,
} from './hj212/index.js';
export {
  type HydrologyFault,
  Sl651Simulator,
  type Sl651SimulatorOptions,
  Szy206Simulator,
  type Szy206SimulatorOptions,
} from './hydrology/index.js';
export {
  DensityMeter,
  type Instrument,
  type InstrumentFault,
  InstrumentSimulator,
  type InstrumentSimulatorOptions,
  WeatherStation,
  Weighbridge,
} from './instruments/index.js';
export {
  type Cjt188MeterSpec,
  Cjt188Simulator,
  type Cjt188SimulatorOptions,
  Dlt645Simulator,
  type Dlt645SimulatorOptions,
  type MeterEntry,
  type MeterFault,
  type MeterSpec,
  type MeterTransport,
  threePhaseMap,
} from './meters/index.js';
export {
  type OpcuaFault,
  OpcuaSimulator,
  type OpcuaSimulatorOptions,
  otherNamespace,
  plantNamespace,
  type RestartOptions,
} from './opcua/index.js';
export { type Plant, type PlantHooks, startPlant } from './plant.js';
export { runPlantProcess } from './plant-process.js';
export type {
  InstrumentSpec,
  PlantSpec,
  PlantUnitSpec,
  RegistersSpec,
  ReplaySpec,
  ServerSpec,
} from './plant-spec.js';
export { type PlantKindName, plantKinds } from './plants/index.js';
export type { PlantEvents, PlantKind } from './plants/plant-kind.js';
export { Random } from './random.js';
export { type CounterLine, readCounterLines } from './registers/counter-file.js';
export type { Area, BitEntry, FixedWords, RegisterEntry, RegisterMap } from './registers/register-map.js';
export { type ByteOrder, decodeFrom, encodeInto, type ValueType, widthOf } from './registers/value-type.js';
export type { SlaveKind } from './servers/delivery.js';
export { ModbusSimulator, type ModbusSimulatorOptions } from './servers/modbus-simulator.js';
export type { Transport } from './servers/transport.js';
export type { CounterSpec, UnitSpec } from './servers/unit.js';
export type { AnswerEvent, RequestEvent, WireEvent, WireLog } from './servers/wire-event.js';
export { transmissionMs, turnaroundMs, type WireSpec } from './servers/wire-time.js';
