export { type Cjt188MeterSpec, Cjt188Simulator, type Cjt188SimulatorOptions } from './cjt188-simulator.js';
export { type MeterEntry, threePhaseMap } from './dlt645-map.js';
export type { MeterSpec } from './dlt645-meter.js';
export { Dlt645Simulator, type Dlt645SimulatorOptions } from './dlt645-simulator.js';
export type { MeterFault } from './meter-faults.js';
export type { MeterTransport } from './meter-simulator.js';
