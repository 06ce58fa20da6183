export type { HydrologyFault } from './hydrology-faults.js';
export type { Answer, StationEncoding } from './sl651-codec.js';
export type { ReportKind } from './sl651-reports.js';
export { Sl651Simulator, type Sl651SimulatorOptions } from './sl651-simulator.js';
export type { Sl651Station, Sl651StationSpec } from './sl651-station.js';
export type { Confirmation } from './szy206-codec.js';
export {
  Szy206Simulator,
  type Szy206ReportKind,
  type Szy206SimulatorOptions,
  type Szy206Station,
  type Szy206StationSpec,
} from './szy206-simulator.js';
