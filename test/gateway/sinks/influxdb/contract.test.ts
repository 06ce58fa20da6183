import { influxdb } from '../../../../gateway/sinks/influxdb/index.js';
import { describeSinkContract, type SinkHarness } from '../../../contracts/sink.js';
import { startInfluxd } from '../../../support/influxd.js';
import { peer } from '../../../support/peers.js';
import { frameOf, houseFrame, samples, tableOf } from '../../../support/sink-records.js';

const tenYearsMs = 10 * 365 * 86_400_000;

/** Points older than the retention policy are refused for good. */
const refusal = {
  batch: samples([
    houseFrame(tableOf(), 1),
    frameOf(tableOf(), 2, [1, 2, true, 3, 'x'], { time: Date.now() - tenYearsMs }),
    houseFrame(tableOf(), 3),
  ]),
  rejected: [1],
};

async function start(): Promise<SinkHarness> {
  const server = await startInfluxd();
  return {
    port: Number(new URL(server.url).port),
    create: (port, context) =>
      influxdb.create(
        'influx',
        influxdb.config.parse({
          type: 'influxdb',
          url: `http://127.0.0.1:${port}`,
          retention: { name: 'month', keep: '30d' },
        }),
        context,
      ),
    stored: async () => {
      const measurements = await server.query('SHOW MEASUREMENTS', 'sluice');
      let points = 0;
      for (const { name } of measurements)
        points += (await server.query(`SELECT * FROM "${String(name)}"`, 'sluice')).length;
      return points;
    },
    refusal,
    stop: () => server.stop(),
  };
}

describeSinkContract('influxdb', start, { it: peer('influxd') });
