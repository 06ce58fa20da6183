export { type Asked, askedPlace } from './asked.js';
export { BusAccount, type UnitAccount } from './bus-account.js';
export { eavesdropperFor, type ListenSettings } from './bus-ear.js';
export { type BusHeard, busHasMaster, listenForMaster } from './bus-has-master.js';
export { Eavesdropper, type EavesdropperOptions } from './eavesdropper.js';
export type { Heard } from './heard.js';
export { type ListeningEvents, ListeningLine } from './listening-line.js';
