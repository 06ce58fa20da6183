import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { HeldValues } from '../../../firmware-sim/index.js';
import { EdgeNodeSimulator, JsonDeviceSimulator } from '../../../firmware-sim/mqtt/index.js';
import { describeSubscribedDriverContract, type SubscribedStage } from '../../contracts/subscribed-driver.js';
import { Cuttable } from '../../support/cuttable.js';
import { createJson, createSparkplug, type Started } from './mqtt-link.js';

/** A broker, a road to it that can be cut, and a device that speaks at it. */
async function stage(
  create: (broker: string) => Promise<Started>,
  device: (broker: string) => { start(): Promise<void>; stop(): Promise<void>; speak(turn: number): Promise<void> },
): Promise<SubscribedStage> {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const road = await Cuttable.to(port);
  const { driver, tables } = await create(`mqtt://127.0.0.1:${road.port}`);
  const speaker = device(`mqtt://127.0.0.1:${port}`);
  await speaker.start();
  let turn = 0;
  return {
    driver,
    tables,
    speak: () => speaker.speak((turn += 1)),
    cut: () => road.cut(),
    async close() {
      const left = await road.close();
      await speaker.stop();
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      return left;
    },
  };
}

function jsonDevice(broker: string) {
  const model = new HeldValues({ level: 0, flow: 0 });
  const simulator = new JsonDeviceSimulator({ broker, topic: 'd', model });
  return {
    start: () => simulator.start(),
    stop: () => simulator.stop(),
    speak(turn: number): Promise<void> {
      model.command('level', turn);
      model.command('flow', turn / 2);
      return simulator.say();
    },
  };
}

function edgeNode(broker: string) {
  const model = new HeldValues({ level: 0, flow: 0 });
  const types = { level: 'Float', flow: 'Double' } as const;
  const simulator = new EdgeNodeSimulator({ broker, group: 'G', node: 'N', devices: [{ name: 'D', model, types }] });
  return {
    start: () => simulator.start(),
    stop: () => simulator.stop(),
    speak(turn: number): Promise<void> {
      model.command('level', turn);
      model.command('flow', turn / 2);
      return simulator.say();
    },
  };
}

const tags = (key: 'path' | 'metric') => ({ level: { [key]: 'level' }, flow: { [key]: 'flow' } });

describeSubscribedDriverContract('mqtt', () =>
  stage((broker) => createJson({ broker }, { d: { device: { topic: 'd' }, tags: tags('path') } }), jsonDevice),
);
describeSubscribedDriverContract('sparkplug', () =>
  stage(
    (broker) =>
      createSparkplug(
        { broker, rebirthPause: '10ms' },
        { d: { device: { group: 'G', node: 'N', device: 'D' }, tags: tags('metric') } },
      ),
    edgeNode,
  ),
);
