import type { SinkDefinition } from '../../contract/index.js';
import { gzipLevel, type InfluxdbConfig, influxdbConfig } from './config.js';
import { refusesTag } from './refuses-tag.js';

export type { InfluxdbConfig } from './config.js';

/** InfluxDB 1.x: one point a frame. */
export const influxdb: SinkDefinition<InfluxdbConfig> = {
  summary: { en: 'InfluxDB 1.x: one point a frame', zh: 'InfluxDB 1.x：每帧一个数据点' },
  config: influxdbConfig,
  // Fitted to random walks, half of them to a tenth and half as float32, in batches of 200 frames of ten devices.
  bytesPerFrame: (config, tags) => (gzipLevel(config) === 0 ? 70 + 21 * tags : 12 + 7.5 * tags),
  refusesTag,
  create: async (_name, config, context) => {
    const { InfluxdbSink } = await import('./influxdb-sink.js');
    return InfluxdbSink.create(config, context);
  },
};
