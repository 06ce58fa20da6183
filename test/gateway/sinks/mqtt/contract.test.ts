import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { mqtt } from '../../../../gateway/sinks/mqtt/index.js';
import { describeSinkContract, type SinkHarness } from '../../../contracts/sink.js';
import { startMosquitto } from '../../../support/mosquitto.js';
import { listenMqtt, type MqttListener } from '../../../support/mqtt-listener.js';
import { peer } from '../../../support/peers.js';
import { frameOf, houseFrame, samples, tableOf } from '../../../support/sink-records.js';

/** Different records heard: a frame by topic, epoch and sequence, an entry by its id. States of alarms stand beside. */
function distinct({ heard }: MqttListener): number {
  const records = heard
    .filter(({ topic }) => !topic.endsWith('/status') && !topic.endsWith('/end') && !topic.includes('/alarms/'))
    .map(({ topic, text }) => {
      const { epoch, sequence, id } = JSON.parse(text) as { epoch?: string; sequence?: number; id?: string };
      return `${topic} ${id ?? `${epoch}-${sequence}`}`;
    });
  return new Set(records).size;
}

async function harnessOver(port: number, version: string, stop: () => Promise<void>): Promise<SinkHarness> {
  const listener = await listenMqtt(port, 'sluice/#');
  return {
    port,
    create: (sinkPort, context) =>
      mqtt.create('broker', mqtt.config.parse({ type: 'mqtt', url: `mqtt://127.0.0.1:${sinkPort}`, version }), context),
    stored: async () => {
      // A broker hands on in order: once a later message is heard, every earlier one was.
      const end = await listenMqtt(port, 'nothing');
      await end.publish('sluice/end', 'end');
      await listener.until(({ topic }) => topic === 'sluice/end');
      await end.stop();
      return distinct(listener);
    },
    stop: async () => {
      await listener.stop();
      await stop();
    },
  };
}

async function overAedes(): Promise<SinkHarness> {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return harnessOver((server.address() as AddressInfo).port, '3.1.1', async () => {
    server.close();
    await new Promise<void>((resolve) => broker.close(resolve));
  });
}

async function overMosquitto(): Promise<SinkHarness> {
  const broker = await startMosquitto({
    access: [
      'topic readwrite sluice/+/+/猪舍-1/#',
      'topic readwrite sluice/+/status',
      'topic readwrite sluice/+/events',
      'topic readwrite sluice/+/alarms/#',
      'topic readwrite sluice/end',
    ],
  });
  const denied = tableOf(undefined, { device: '猪舍-2' });
  const harness = await harnessOver(broker.port, '5', () => broker.stop());
  return {
    ...harness,
    refusal: {
      batch: samples([houseFrame(tableOf(), 1), frameOf(denied, 1, [1, 2, true, 3, 'x']), houseFrame(tableOf(), 2)]),
      rejected: [1],
    },
  };
}

describeSinkContract('mqtt 3.1.1 onto aedes', overAedes, { refuses: false });
describeSinkContract('mqtt 5 onto mosquitto', overMosquitto, { it: peer('mosquitto') });
