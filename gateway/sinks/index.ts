import { influxdb } from './influxdb/index.js';
import { mqtt } from './mqtt/index.js';
import { pool } from './pool/index.js';

/** Every kind of destination by the name a sink gives as `type`. */
export const sinks = { influxdb, mqtt, pool } as const;

export type SinkType = keyof typeof sinks;
