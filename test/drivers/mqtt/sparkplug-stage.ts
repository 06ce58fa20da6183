import { afterEach, beforeEach } from '@jest/globals';
import type { ManualClock } from '../../support/manual-clock.js';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.js';
import { peer } from '../../support/peers.js';
import { createSparkplug, type Devices, listen, type Spec, type Started } from './mqtt-link.js';
import { type TahuMetric, TahuNode } from './tahu-node.js';

export const withBroker = peer('mosquitto');

let broker: Mosquitto;
let ending: (() => Promise<unknown>)[] = [];

/** What is taken down after the test, the last first. */
export const afterwards = (end: () => Promise<unknown>): void => void ending.push(end);

export const brokerPort = (): number => broker.port;

beforeEach(async () => {
  broker = await startMosquitto();
});

afterEach(async () => {
  for (const end of ending.toReversed()) await end();
  ending = [];
  await broker.stop();
});

export const at = (): string => `mqtt://127.0.0.1:${broker.port}`;

export async function start(devices: Devices, settings: Spec = {}, clock?: ManualClock): Promise<Started> {
  const one = await createSparkplug({ broker: at(), ...settings }, devices, clock);
  ending.push(() => one.driver.close());
  await listen(one);
  return one;
}

export async function tahu(bdSeq = 0): Promise<TahuNode> {
  const node = await TahuNode.open(broker.port, 'Plant', 'Edge-1', bdSeq);
  ending.push(() => node.stop());
  return node;
}

/** A metric a tag wants: a number, or of the type beside it. */
type Wanted = string | readonly [metric: string, type: string];

export const tags = (...metrics: readonly Wanted[]): Record<string, Spec> =>
  Object.fromEntries(
    metrics.map((one) => {
      const [metric, type] = typeof one === 'string' ? [one, 'number'] : one;
      return [metric.replaceAll('/', '_'), { metric, type }];
    }),
  );

export const oneDevice = (...metrics: readonly Wanted[]): Devices => ({
  pump: { device: { group: 'Plant', node: 'Edge-1', device: 'Pump' }, tags: tags(...metrics) },
});

export const edge: Devices = { edge: { device: { group: 'Plant', node: 'Edge-1' }, tags: tags('Supply') } };

export const float = (name: string, value: number | null, more: Partial<TahuMetric> = {}): TahuMetric => ({
  name,
  type: 'Float',
  value,
  timestamp: 500,
  ...more,
});

/** Data say which metric by alias alone. */
export const byAlias = (alias: number, value: number, more: Partial<TahuMetric> = {}): TahuMetric => ({
  alias,
  type: 'Float',
  value,
  timestamp: 2000,
  ...more,
});
