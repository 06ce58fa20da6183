import { cjt188 } from './cjt188/index.js';
import { declared } from './declared/index.js';
import { dlt645 } from './dlt645/index.js';
import { files } from './files/index.js';
import { hj212 } from './hj212/index.js';
import { http } from './http/index.js';
import { modbus } from './modbus/index.js';
import { mqtt, sparkplug } from './mqtt/index.js';
import { opcua } from './opcua/index.js';
import { sl651 } from './sl651/index.js';
import { szy206 } from './szy206/index.js';

/** Every protocol family by the name a link gives as `driver`. */
export const drivers = {
  modbus,
  dlt645,
  cjt188,
  declared,
  hj212,
  sl651,
  szy206,
  mqtt,
  sparkplug,
  opcua,
  files,
  http,
} as const;

export type DriverName = keyof typeof drivers;
