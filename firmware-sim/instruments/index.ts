export { DensityMeter } from './density-meter.js';
export type { Instrument } from './instrument.js';
export { type InstrumentFault, InstrumentSimulator, type InstrumentSimulatorOptions } from './instrument-simulator.js';
export { WeatherStation } from './weather-station.js';
export { Weighbridge } from './weighbridge.js';
