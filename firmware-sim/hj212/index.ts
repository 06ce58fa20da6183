export type { Order } from './codec.js';
export { type Delivery, Hj212Station, type Hj212StationOptions, type StationFactor } from './hj212-station.js';
export type { StationFault } from './station-faults.js';
export type { KeptKind } from './station-memory.js';
