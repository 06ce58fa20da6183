import { isGood, Quality } from '../../gateway/contract/index.js';
import { mosquittoPubLines } from '../drivers/mqtt/mosquitto-pub.js';
import { createJson, createSparkplug } from '../drivers/mqtt/mqtt-link.js';
import { startMosquitto } from '../support/mosquitto.js';
import { metricOf, PeerNode } from './mqtt-peers-node.js';
import { Witness } from './mqtt-peers-witness.js';
import { type Finding, finding, type Proof, type ProofOptions, randomFrom } from './proof.js';

const devices = 20;
/** Messages on their way at a time: mosquitto itself forgets what it has more than a thousand of for one client. */
const turn = 450;
const atATime = 2;
const nodes = 5;
const metrics = 8;
/** Share of a node's messages that never arrive. */
const lossShare = 0.01;

const dead = Quality['bad-no-answer'];
const never = new AbortController().signal;

/** Messages of mosquitto_pub: every one told once, in order, with its own number. */
async function proveJson(port: number, messages: number, { say }: ProofOptions): Promise<Finding[]> {
  const names = Array.from({ length: devices }, (_, n) => `d${n}`);
  const tags = { n: { path: 'n', type: 'integer' }, v: { path: 'at[1].v', inText: true } };
  const specs = Object.fromEntries(names.map((name) => [name, { device: { topic: 'prove/{device}' }, tags }]));
  const next = new Map(names.map((name) => [name, 0]));
  const witness = new Witness((device, slot, value) => {
    const n = next.get(device) as number;
    if (slot === 0) return value === n;
    next.set(device, n + 1);
    return value === names.indexOf(device) * 1e6 + n + 0.5;
  });
  const { driver, tables } = await createJson({ broker: `mqtt://127.0.0.1:${port}` }, specs);
  await driver.connect(never);
  await driver.subscribe(tables, witness, never);
  const total = devices * messages;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const lines = (device: number, first: number, count: number): string[] =>
    Array.from({ length: count }, (_, n) => `{"n":${first + n},"at":[0,{"v":"${device * 1e6 + first + n}.5"}]}`);
  let sent = 0;
  for (let first = 0; first < messages; first += turn) {
    const count = Math.min(turn, messages - first);
    for (let device = 0; device < devices; device += atATime) {
      const publish = (name: string, n: number): Promise<void> =>
        mosquittoPubLines(port, `prove/${name}`, lines(device + n, first, count));
      await Promise.all(names.slice(device, device + atATime).map(publish));
      sent += atATime * count;
      await witness.until(() => witness.counts.readings >= sent);
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await driver.close();
  const { readings, wrong, unsure } = witness.counts;
  say(`  JSON: ${total} messages by mosquitto_pub in ${seconds.toFixed(1)} s, its own starts included`);
  return [
    finding('JSON of mosquitto_pub: messages told', readings, String(total), readings === total),
    finding('JSON: wrong, doubled, out of order or not good', wrong + unsure, '0', wrong + unsure === 0),
    finding(
      'JSON: CPU-s per million values, with the starting of mosquitto_pub',
      ((user + system) / (2 * total)).toFixed(1),
      'any',
      true,
    ),
  ];
}

/** Edge nodes of Tahu's codec that lose messages and shuffle aliases: right values, births asked for, deaths told. */
async function proveSparkplug(port: number, steps: number, { seed, say }: ProofOptions): Promise<Finding[]> {
  const random = randomFrom(seed);
  const peers = await Promise.all(
    Array.from({ length: nodes }, (_, n) => PeerNode.open({ port, name: `n${n}`, metrics, random })),
  );
  const tags = Object.fromEntries(Array.from({ length: metrics }, (_, n) => [`m${n}`, { metric: `m${n}` }]));
  const specs = Object.fromEntries(peers.map(({ name, settings }) => [name, { device: settings, tags }]));
  const settings = { broker: `mqtt://127.0.0.1:${port}`, rebirthPause: '1ms' };
  const { driver, tables } = await createSparkplug(settings, specs);
  const witness = new Witness((_, slot, value) => metricOf(value) === slot);
  await driver.connect(never);
  await driver.subscribe(tables, witness, never);
  await Promise.all(peers.map((peer) => peer.run(steps, lossShare)));
  await witness.until(() =>
    peers.every(({ name, values }) =>
      witness.stands(name, (value, quality, slot) => value === values[slot] && isGood(quality)),
    ),
  );
  const sum = (key: keyof PeerNode['told']): number => peers.reduce((all, { told }) => all + told[key], 0);
  for (const peer of peers) await peer.crash();
  await witness.until(() => peers.every(({ name }) => witness.stands(name, (_, code) => code === dead)));
  const rebirths = peers.reduce((all, peer) => all + peer.rebirths, 0);
  const counters = driver.counters();
  const { values, wrong, unsure } = witness.counts;
  await driver.close();
  say(`  Sparkplug: ${nodes * steps} messages of ${nodes} nodes, ${sum('lost')} of them lost in ${sum('gaps')} gaps`);
  say(`  counted by the driver: ${JSON.stringify(counters)}`);
  const gaps = counters['gaps'] ?? 0;
  return [
    finding('Sparkplug of Tahu: values told', values, `${sum('values')}, all that arrived`, values === sum('values')),
    finding('Sparkplug: values of another metric', wrong, '0', wrong === 0),
    finding('Sparkplug: values uncertain until a birth came', unsure, 'any', true),
    finding(
      'Sparkplug: gaps seen',
      `${gaps} of ${sum('gaps')}`,
      'all but those a birth closed',
      gaps >= sum('gaps') * 0.9,
    ),
    finding('Sparkplug: births asked for, and given', `${rebirths}, ${sum('births')}`, '> 0', rebirths > 0),
    finding('Sparkplug: nodes with every value right and good at the end', peers.length, String(nodes), true),
    finding('Sparkplug: nodes bad throughout after their death', peers.length, String(nodes), true),
  ];
}

/** Line 8 of the fourth issue: MQTT devices against peers that share no line of code with the driver. */
export const mqttPeers: Proof = {
  summary: 'MQTT: mosquitto clients and sparkplug-payload as peers; right values, gaps ask for births, deaths are bad',
  async run(options): Promise<readonly Finding[]> {
    const broker = await startMosquitto();
    try {
      return [
        ...(await proveJson(broker.port, options.isFull ? 10_000 : 1000, options)),
        ...(await proveSparkplug(broker.port, options.isFull ? 20_000 : 1000, options)),
      ];
    } finally {
      await broker.stop();
    }
  },
};
