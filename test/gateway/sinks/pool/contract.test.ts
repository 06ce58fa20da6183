import { startPool } from '../../../../gateway/pool/index.js';
import { pool } from '../../../../gateway/sinks/pool/index.js';
import { describeSinkContract, type SinkHarness } from '../../../contracts/sink.js';
import { scratchFolder } from '../../../support/scratch.js';
import { frameOf, houseFrame, samples, tableOf } from '../../../support/sink-records.js';

/** One event of more than 64 KiB is refused by the receiver. */
const refusal = {
  batch: samples([
    houseFrame(tableOf(), 1),
    frameOf(tableOf(), 2, [1, 2, true, 3, 'x'.repeat(70_000)]),
    houseFrame(tableOf(), 3),
  ]),
  rejected: [1],
};

async function start(): Promise<SinkHarness> {
  const { folder, remove } = await scratchFolder();
  const running = await startPool({ host: '127.0.0.1', port: 0, folder });
  return {
    port: Number(new URL(running.url).port),
    create: (port, context) =>
      pool.create('city', pool.config.parse({ type: 'pool', url: `http://127.0.0.1:${port}` }), context),
    stored: async () => {
      const sources = (await (await fetch(`${running.url}/v1/sources`)).json()) as { events: number }[];
      return sources.reduce((sum, { events }) => sum + events, 0);
    },
    refusal,
    stop: async () => {
      await running.stop();
      await remove();
    },
  };
}

describeSinkContract('pool', start);
