import { modbus } from './modbus/index.js';

/** Every protocol family by the name a link gives as `driver`. */
export const drivers = { modbus } as const;

export type DriverName = keyof typeof drivers;
