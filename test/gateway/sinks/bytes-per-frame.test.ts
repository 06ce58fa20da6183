import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Frame } from '../../../gateway/contract/index.js';
import { frameLine } from '../../support/frame-line.js';
import { sinks } from '../../../gateway/sinks/index.js';
import { frameMessage } from '../../../gateway/sinks/mqtt/messages.js';
import { frameEvent } from '../../../gateway/sinks/pool/cloud-event.js';
import { frameOf, identity, tableOf } from '../../support/sink-records.js';

/** Ten devices, twenty rounds of random walks; every second value as a scaled register, the others as float32. */
function randomWalks(tags: number): readonly Frame[] {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const names = [
    'temperature',
    'humidity',
    'ammonia',
    'pressure',
    'flow',
    'power',
    'current',
    'voltage',
    'level',
    'speed',
  ];
  const tables = names.map((_, device) =>
    tableOf(
      Array.from({ length: tags }, (_unused, n) => ({
        name: `${names[n % 10]}-${Math.floor(n / 10)}`,
        type: 'number',
        unit: 'kPa',
      })),
      { device: `house-${device}` },
    ),
  );
  const state = tables.map(() => Array.from({ length: tags }, () => random() * 100));
  return Array.from({ length: 20 }, (_, round) =>
    tables.map((table, device) => {
      const walk = state[device] as number[];
      const values = walk.map((value, n) => {
        walk[n] = value + random() - 0.5;
        return n % 2 === 0 ? Math.round(value * 10) / 10 : Math.fround(value);
      });
      return frameOf(table, round, values);
    }),
  ).flat();
}

const wireBytes = {
  influxdb: (frames: readonly Frame[]) => gzipSync(frames.map(frameLine).join(''), { level: 1 }).length,
  pool: (frames: readonly Frame[]) => {
    const events = frames.map((frame, n) => frameEvent(identity, 100_000 + n, frame));
    const answer = { events: events.map(({ id }) => ({ id, outcome: 'accepted' })) };
    return gzipSync(JSON.stringify(events), { level: 6 }).length + JSON.stringify(answer).length;
  },
  mqtt: (frames: readonly Frame[]) =>
    frames
      .map((frame) => frameMessage('sluice', identity, frame, false))
      .reduce((sum, { topic, payload }) => sum + Buffer.byteLength(topic) + Buffer.byteLength(payload) + 11, 0),
};

describe('what a plan says of bytes on the wire', () => {
  const configs = {
    influxdb: sinks.influxdb.config.parse({ type: 'influxdb', url: 'http://history.example:8086' }),
    pool: sinks.pool.config.parse({ type: 'pool', url: 'http://localhost:9000' }),
    mqtt: sinks.mqtt.config.parse({ type: 'mqtt', url: 'mqtt://localhost' }),
  };
  test.each([10, 50, 200])('is near to what frames of %i tags take', (tags) => {
    const frames = randomWalks(tags);
    const said = {
      influxdb: sinks.influxdb.bytesPerFrame(configs.influxdb, tags),
      pool: sinks.pool.bytesPerFrame(configs.pool, tags),
      mqtt: sinks.mqtt.bytesPerFrame(configs.mqtt, tags),
    };
    for (const sink of ['influxdb', 'pool', 'mqtt'] as const) {
      const taken = wireBytes[sink](frames) / frames.length;
      expect({
        sink,
        ratio: said[sink] / taken > 0.75 && said[sink] / taken < 1.33 ? 'near' : said[sink] / taken,
      }).toEqual({
        sink,
        ratio: 'near',
      });
    }
  });
});
