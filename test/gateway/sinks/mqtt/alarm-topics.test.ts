import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AlarmEntry, Sink } from '../../../../gateway/contract/index.js';
import { AlarmTopics } from '../../../../gateway/sinks/mqtt/alarm-topics.js';
import { mqtt } from '../../../../gateway/sinks/mqtt/index.js';
import { sinkContext } from '../../../contracts/sink.js';
import { type Mosquitto, type MosquittoOptions, startMosquitto } from '../../../support/mosquitto.js';
import { listenMqtt, type MqttListener } from '../../../support/mqtt-listener.js';
import { peer } from '../../../support/peers.js';
import { alarmEntry, alarms, atRest, identity, restingEntry, someTime } from '../../../support/sink-records.js';

const never = new AbortController().signal;
const topic = `sluice/${identity.site}/alarms/air/猪舍-1/氨气/HH`;
const all = `sluice/${identity.site}/alarms/#`;
const mosquitto = peer('mosquitto');
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function broker(options?: MosquittoOptions): Promise<Mosquitto> {
  const started = await startMosquitto(options);
  ends.push(() => started.stop());
  return started;
}

async function sinkOnto(port: number, settings: object = {}): Promise<Sink> {
  const config = mqtt.config.parse({ type: 'mqtt', url: `mqtt://127.0.0.1:${port}`, ...settings });
  const sink = await mqtt.create('broker', config, sinkContext());
  ends.push(() => sink.close());
  await sink.connect(never);
  return sink;
}

async function listen(port: number): Promise<MqttListener> {
  const listener = await listenMqtt(port, `sluice/${identity.site}/#`);
  ends.push(() => listener.stop());
  return listener;
}

/** What someone who subscribes now finds standing: topics and states. */
async function standing(port: number): Promise<Record<string, string>> {
  const late = await listenMqtt(port, all);
  ends.push(() => late.stop());
  // A broker sends what it retained before it hands on what comes later.
  await late.publish(`sluice/${identity.site}/alarms/end`, 'end');
  await late.until(({ text }) => text === 'end');
  const kept = late.heard.filter(({ retain }) => retain);
  return Object.fromEntries(kept.map((one) => [one.topic, (JSON.parse(one.text) as { state: string }).state]));
}

const acknowledged = (instant: number): AlarmEntry =>
  alarmEntry(instant, {
    change: 'acknowledged',
    from: 'unacknowledged',
    to: 'acknowledged',
    state: {
      ...alarmEntry(0).state,
      base: 'acknowledged',
      acknowledged: { who: 'zhang', comment: 'on my way', instant, time: someTime + instant },
    },
  });

describe('alarms on mosquitto', () => {
  mosquitto('an alarm that stands is found by whoever comes later, with all a person needs', async () => {
    const { port } = await broker();
    const sink = await sinkOnto(port);
    const shelf = {
      who: 'li',
      reason: 'sensor is being washed',
      since: { instant: 7000, time: someTime + 7000 },
      until: { instant: 67_000, time: someTime + 67_000 },
    };
    const state = { ...acknowledged(6000).state, shelf };
    const shelved = alarmEntry(7000, {
      change: 'shelved',
      from: 'acknowledged',
      to: 'shelved',
      isAnnunciated: false,
      state,
    });
    await sink.write(alarms([alarmEntry(5000), acknowledged(6000), shelved], 40), never);
    const { text } = await (await listen(port)).until((message) => message.topic === topic);
    expect(JSON.parse(text)).toEqual({
      id: `${identity.epoch}-42`,
      time: someTime + 7000,
      key: 'air/猪舍-1/氨气/HH',
      device: '猪舍-1',
      tag: '氨气',
      kind: 'HH',
      class: 'toxic',
      priority: 'high',
      change: 'shelved',
      state: 'shelved',
      base: 'acknowledged',
      isAbnormal: true,
      isAnnunciated: false,
      message: { en: 'ammonia "too high"', zh: '氨气过高' },
      action: { en: 'open the air inlets', zh: '打开进风口' },
      value: 26.5,
      limit: 25,
      unit: 'mg/m³',
      quality: 'good',
      raised: someTime,
      acknowledged: { who: 'zhang', comment: 'on my way', time: someTime + 6000 },
      shelf: { who: 'li', reason: 'sensor is being washed', since: someTime + 7000, until: someTime + 67_000 },
      suppression: null,
      outOfService: null,
      chatter: null,
      firstOut: [],
    });
  });

  mosquitto('who is connected sees each change, and the end of it before the topic is cleared', async () => {
    const { port } = await broker();
    const sink = await sinkOnto(port);
    const live = await listen(port);
    await sink.write(alarms([alarmEntry(1000), acknowledged(2000), restingEntry(3000)]), never);
    await live.until(({ topic: on, text }) => on === topic && text === '');
    const seen = live.heard.filter((one) => one.topic === topic).map(({ text }) => text);
    expect(seen.slice(0, 3).map((text) => (JSON.parse(text) as { state: string }).state)).toEqual([
      'unacknowledged',
      'acknowledged',
      'normal',
    ]);
    expect(seen.slice(3)).toEqual(['']);
    expect(live.heard.filter((one) => one.topic.endsWith('/events'))).toHaveLength(3);
    expect(await standing(port)).toEqual({});
  });

  mosquitto('a flag or a running chatter keeps an alarm shown although nothing is abnormal', async () => {
    const { port } = await broker();
    const sink = await sinkOnto(port);
    const chatter = { since: { instant: 1, time: null }, count: 6, last: 1000 };
    const outOfService = { who: 'li', reason: 'pump is away', since: { instant: 1, time: null }, until: null };
    await sink.write(
      alarms([
        restingEntry(1000, { key: 'a', state: { ...atRest, chatter } }),
        restingEntry(1000, { key: 'b', to: 'out-of-service', state: { ...atRest, outOfService } }),
        restingEntry(1000, { key: 'c' }),
      ]),
      never,
    );
    expect(await standing(port)).toEqual({
      [`sluice/${identity.site}/alarms/a`]: 'normal',
      [`sluice/${identity.site}/alarms/b`]: 'out-of-service',
    });
  });

  mosquitto('history and repeated batches never take the place of a newer state', async () => {
    const { port } = await broker();
    const sink = await sinkOnto(port);
    const live = await listen(port);
    await sink.write(alarms([acknowledged(9000)], 90), never);
    await sink.write(alarms([alarmEntry(1000), restingEntry(2000)], 10, true), never);
    await sink.write(alarms([alarmEntry(8000), acknowledged(9000)], 89), never);
    expect(await standing(port)).toEqual({ [topic]: 'acknowledged' });
    await live.until(({ topic: on, text }) => on === topic && text.includes(`${identity.epoch}-89`));
    const past = live.heard.filter((one) => one.topic === topic && one.text.includes('"historical":true'));
    expect(past.map(({ text }) => (JSON.parse(text) as { id: string }).id)).toEqual(
      ['10', '11', '89'].map((offset) => `${identity.epoch}-${offset}`),
    );
  });

  mosquitto('a broker that lost everything has the standing alarms again when it is back', async () => {
    const started = await broker();
    const sink = await sinkOnto(started.port);
    const second = alarmEntry(2000, { key: 'bus/LINK' });
    await sink.write(alarms([alarmEntry(1000), second, acknowledged(3000), restingEntry(4000, { key: 'x' })]), never);
    await started.kill();
    await started.restart();
    await sink.connect(never);
    expect(await standing(started.port)).toEqual({
      [topic]: 'acknowledged',
      [`sluice/${identity.site}/alarms/bus/LINK`]: 'unacknowledged',
    });
  });

  mosquitto('a broker of version 5 that forbids the state alone still takes the event, and it is told', async () => {
    const access = [`topic readwrite sluice/+/events`, 'topic readwrite sluice/+/status', `topic readwrite ${topic}`];
    const { port } = await broker({ access });
    const sink = await sinkOnto(port, { version: '5' });
    const outcome = await sink.write(alarms([alarmEntry(1000), alarmEntry(1000, { key: 'other' })]), never);
    expect(outcome.rejected).toBeUndefined();
    expect(outcome.parked).toMatchObject([{ index: 1, tag: `sluice/${identity.site}/alarms/other` }]);
  });
});

test('alarms of different keys never share a topic, and none is a wildcard', () => {
  const key = fc.array(fc.constantFrom('a', '/', '+', '#', '%', '2', 'B', '温', ' ', '\u0007', '_'), {
    minLength: 1,
    maxLength: 8,
  });
  const topicOf = (letters: readonly string[]): string | undefined =>
    new AlarmTopics('p').messages(identity, 1, alarmEntry(1, { key: letters.join('') }), false)[0]?.topic;
  fc.assert(
    fc.property(key, key, (one, other) => {
      expect(topicOf(one) === topicOf(other)).toBe(one.join('') === other.join(''));
      expect(topicOf(one)).not.toMatch(/[+#\p{Cc}]/u);
    }),
  );
});

test('what stands by the topics is what stands by the entries, whatever is repeated or late', () => {
  const change = fc.record({ key: fc.constantFrom('a', 'b', 'c'), isOver: fc.boolean() });
  const plan = fc.record({
    changes: fc.array(change, { minLength: 1, maxLength: 20 }),
    repeats: fc.array(fc.nat(19), { maxLength: 6 }),
    late: fc.array(change, { maxLength: 6 }),
  });
  fc.assert(
    fc.property(plan, ({ changes, repeats, late }) => {
      const topics = new AlarmTopics('p');
      const retained = new Map<string, string>();
      const publish = (offset: number, { key, isOver }: (typeof changes)[number], historical: boolean): void => {
        const entry = isOver ? restingEntry(offset, { key }) : alarmEntry(offset, { key });
        for (const { topic: on, payload, retain } of topics.messages(identity, offset, entry, historical)) {
          if (!retain) continue;
          if (payload === '') retained.delete(on);
          else retained.set(on, payload);
        }
      };
      changes.forEach((one, n) => {
        publish(100 + n, one, false);
        // A write that failed is repeated from some place before.
        for (const from of repeats.filter((repeat) => repeat % changes.length === n)) {
          for (let again = Math.max(0, n - (from % 3)); again <= n; again++) {
            publish(100 + again, changes[again] as (typeof changes)[number], false);
          }
        }
        for (const [index, old] of late.entries()) publish(index, old, true);
      });
      const last = new Map(changes.map((one) => [one.key, one.isOver]));
      const expected = [...last].filter(([, isOver]) => !isOver).map(([key]) => `p/${identity.site}/alarms/${key}`);
      expect([...retained.keys()].sort()).toEqual(expected.sort());
      expect(
        topics
          .standing()
          .map((message) => message.topic)
          .sort(),
      ).toEqual(expected);
    }),
  );
});
