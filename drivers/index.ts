import { cjt188 } from './cjt188/index.js';
import { declared } from './declared/index.js';
import { dlt645 } from './dlt645/index.js';
import { modbus } from './modbus/index.js';

/** Every protocol family by the name a link gives as `driver`. */
export const drivers = { modbus, dlt645, cjt188, declared } as const;

export type DriverName = keyof typeof drivers;
