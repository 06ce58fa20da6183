import type { SinkDefinition } from '../../contract/index.js';
import { type PoolConfig, poolConfig } from './config.js';

export type { PoolConfig } from './config.js';

/** A city's public data pool: CloudEvents 1.0.2 in batches over HTTP. */
export const pool: SinkDefinition<PoolConfig> = {
  summary: { en: 'City data pool: CloudEvents in batches over HTTP', zh: '城市公共数据资源池：HTTP 批量 CloudEvents' },
  config: poolConfig,
  // Fitted to random walks, half of them to a tenth and half as float32, in batches of 200 frames of ten devices,
  // with the 45 bytes a frame of the pool's answer.
  bytesPerFrame: ({ gzip }, tags) => (gzip === 0 ? 445 + 41 * tags : 60 + 7 * tags),
  refusesDeadband: {
    en: 'the pool takes every record: those left out would be missing from the numbered stream it checks',
    zh: '资源池按连续编号核对，须收到每一条记录，少发即视为缺失',
  },
  create: async (_name, config, context) => {
    const { PoolSink } = await import('./pool-sink.js');
    return new PoolSink(config, context);
  },
};
