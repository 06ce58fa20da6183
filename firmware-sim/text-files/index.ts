export { toGbk } from './gbk.js';
export { type MineFile, type MineFileOptions, MineFileWriter, type MineRecord } from './mine-files.js';
export { type MinePoint, MineSimulator, type MineSimulatorOptions } from './mine-simulator.js';
