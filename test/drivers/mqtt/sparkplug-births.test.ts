import { describe, expect } from '@jest/globals';
import { HeldValues } from '../../../firmware-sim/index.js';
import { EdgeNodeSimulator } from '../../../firmware-sim/mqtt/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { listenMqtt } from '../../support/mqtt-listener.js';
import { said } from './mqtt-link.js';
import {
  afterwards,
  at,
  brokerPort,
  byAlias,
  edge,
  float,
  oneDevice,
  start,
  tags,
  tahu,
  withBroker,
} from './sparkplug-stage.js';

describe('births, deaths and gaps', () => {
  withBroker('a death makes everything bad at once; that of an earlier connection does not', async () => {
    const { ear, driver } = await start({ ...oneDevice('Level'), ...edge });
    const node = await tahu(5);
    const births = async () => {
      await node.birth([float('Supply', 24)], 5);
      await node.say('DBIRTH', [float('Level', 1, { alias: 7 })], 'Pump');
    };
    await births();
    await ear.until(() => ear.of('pump').length === 1);
    const old = await tahu(4);
    await old.crash();
    await node.say('DDATA', [byAlias(7, 2)], 'Pump');
    await ear.until(() => ear.known('pump')['Level']?.[0] === 2);
    await node.say('DDEATH', [], 'Pump');
    await ear.until(() => ear.known('pump')['Level']?.[1] === 'bad-no-answer');
    expect(ear.known('edge')).toEqual({ Supply: [24, 'good'] });
    await node.say('DBIRTH', [float('Level', 3, { alias: 7 })], 'Pump');
    await ear.until(() => ear.known('pump')['Level']?.[0] === 3);
    await node.crash();
    await ear.until(() => ear.known('edge')['Supply']?.[1] === 'bad-no-answer');
    expect(ear.known('pump')).toEqual({ Level: [Number.NaN, 'bad-no-answer'] });
    expect(driver.counters()).toMatchObject({ deaths: 3, gaps: 0, unknownAliases: 0, unborn: 0 });
  });

  withBroker('a missing message asks for the births; until they come values are uncertain', async () => {
    const { ear, driver } = await start(oneDevice('Level', 'Flow'), { rebirthPause: '10ms' });
    const node = await tahu();
    const births = async () => {
      await node.birth([]);
      await node.say('DBIRTH', [float('Level', level, { alias: 7 }), float('Flow', 20, { alias: 8 })], 'Pump');
    };
    let level = 10;
    await births();
    await ear.until(() => ear.of('pump').length === 1);
    node.skip();
    await node.say('DDATA', [byAlias(7, 3)], 'Pump');
    await ear.until(() => ear.of('pump').length === 2);
    expect(said(ear.of('pump')[1]!)).toEqual({ Level: [3, 'uncertain-resync'] });
    const asked = new Promise<void>((resolve) => {
      node.onRebirth = async () => {
        await births();
        resolve();
      };
    });
    await node.say('DDATA', [byAlias(8, 4)], 'Pump');
    await asked;
    await ear.until(() => ear.log.some(({ message }) => message === 'Sparkplug node is understood again'));
    expect(ear.known('pump')).toEqual({ Level: [10, 'good'], Flow: [20, 'good'] });
    expect(driver.counters()).toMatchObject({ gaps: 1 });
    level = 11;
    await node.say('DDATA', [byAlias(7, level)], 'Pump');
    await ear.until(() => ear.known('pump')['Level']?.[0] === 11);
    expect(ear.known('pump')['Level']).toEqual([11, 'good']);
  });

  withBroker('an alias nobody gave is not used; data before a birth neither', async () => {
    const { ear, driver } = await start({ ...oneDevice('Level'), ...edge }, { rebirthPause: '1h' });
    const node = await tahu();
    await node.say('DDATA', [byAlias(7, 99)], 'Pump');
    await node.birth([float('Supply', 24)]);
    await node.say('DDATA', [byAlias(7, 98)], 'Pump');
    await node.say('DBIRTH', [float('Level', 1, { alias: 7 })], 'Pump');
    await node.say('DDATA', [byAlias(9, 97), byAlias(7, 2)], 'Pump');
    await node.say('DDATA', [byAlias(9, 96)], 'Pump');
    await node.say('NDATA', [float('Supply', 23)]);
    await ear.until(() => ear.known('edge')['Supply']?.[0] === 23);
    expect(ear.of('pump').map((one) => said(one)['Level'])).toEqual([
      [1, 'good'],
      [2, 'uncertain-resync'],
    ]);
    expect(driver.counters()).toMatchObject({ unborn: 2, unknownAliases: 2, rebirthsAsked: 1 });
  });

  withBroker('sequence numbers begin anew after 255', async () => {
    const { ear, driver } = await start(oneDevice('Level'));
    const node = await tahu();
    await node.birth([]);
    await node.say('DBIRTH', [float('Level', 0, { alias: 7 })], 'Pump');
    for (let n = 1; n <= 600; n += 1) await node.say('DDATA', [byAlias(7, n)], 'Pump');
    await ear.until(() => ear.of('pump').length === 601);
    expect(ear.of('pump').map((one) => said(one)['Level'])).toEqual(Array.from({ length: 601 }, (_, n) => [n, 'good']));
    expect(driver.counters()['gaps']).toBe(0);
  });

  withBroker('asks at its start, no more often than it may, and gives up on who is not born', async () => {
    const clock = new ManualClock();
    const listener = await listenMqtt(brokerPort(), 'spBv1.0/Plant/NCMD/#');
    afterwards(() => listener.stop());
    const node = await tahu();
    const { ear } = await start(oneDevice('Level'), { rebirthPause: '10s', birthWait: '30s' }, clock);
    await listener.until(() => listener.heard.length === 1);
    for (let n = 0; n < 50; n += 1) await node.say('DDATA', [byAlias(7, n)], 'Pump');
    await ear.until(() => ear.log.length > 0);
    await clock.advance(9999);
    await listener.publish('spBv1.0/Plant/NCMD/mark', 'nothing more until here');
    await listener.until(({ topic }) => topic.endsWith('mark'));
    expect(listener.heard).toHaveLength(2);
    await clock.advance(1);
    await listener.until(() => listener.heard.length === 3);
    expect(ear.readings).toEqual([]);
    await clock.advance(20_000);
    expect(ear.readings.map(said)).toEqual([{ Level: [Number.NaN, 'bad-no-answer'] }]);
  });

  withBroker('damaged payloads and retained ones give nothing', async () => {
    const { ear, driver } = await start(oneDevice('Level'), { rebirthPause: '1h' });
    const node = await tahu();
    await node.birth([]);
    await node.say('DBIRTH', [float('Level', 1, { alias: 7 })], 'Pump');
    await node.publish('DDATA', Buffer.from('ffffffffff', 'hex'), 'Pump');
    await node.publish('DDATA', Buffer.from([0x12, 40, 1, 2, 3]), 'Pump');
    node.skip();
    await node.say('DDATA', [byAlias(7, 2)], 'Pump');
    await ear.until(() => ear.of('pump').length === 2);
    expect(driver.counters()).toMatchObject({ undecoded: 2, gaps: 1 });
    expect(ear.log.map(({ message }) => message)).toEqual([
      'Sparkplug payload is damaged',
      'Sparkplug payloads are right again',
      'Sparkplug node is not understood; its birth is asked for',
    ]);
    await node.publish('DBIRTH', Buffer.from([0x18, 0]), 'Pump', true);
    const later = await start(oneDevice('Level'), { clientId: 'later' });
    await node.birth([]);
    await node.say('DBIRTH', [float('Level', 3, { alias: 7 })], 'Pump');
    await later.ear.until(() => later.ear.readings.length === 1);
    expect(later.driver.counters()).toMatchObject({ births: 1, retained: 1, undecoded: 0, gaps: 0 });
  });
});

describe('a host application', () => {
  withBroker('says whether it is there, also when its power fails, and again when somebody denies it', async () => {
    const clock = new ManualClock(5000);
    const listener = await listenMqtt(brokerPort(), 'spBv1.0/STATE/centre');
    afterwards(() => listener.stop());
    const { driver } = await start(oneDevice('Level'), { hostId: 'centre' }, clock);
    const says = (online: boolean, n: number) =>
      listener.until(
        () => listener.heard.filter(({ text }) => text === JSON.stringify({ online, timestamp: 5000 })).length === n,
      );
    await says(true, 1);
    await listener.publish('spBv1.0/STATE/centre', JSON.stringify({ online: false, timestamp: 5000 }));
    await says(true, 2);
    await driver.close();
    await says(false, 2);
    const after = await listenMqtt(brokerPort(), 'spBv1.0/STATE/centre');
    afterwards(() => after.stop());
    expect(await after.until(() => true)).toMatchObject({ retain: true, text: '{"online":false,"timestamp":5000}' });
  });
});

describe('the simulated edge node', () => {
  withBroker('is understood through births with ever other aliases, losses, crashes and history', async () => {
    const { ear, driver } = await start(
      {
        pump: {
          device: { group: 'G', node: 'N', device: 'pump' },
          tags: tags('level', ['count', 'integer'], ['on', 'boolean']),
        },
        node: { device: { group: 'G', node: 'N' }, tags: tags('supply') },
      },
      { rebirthPause: '5ms' },
    );
    const pump = new HeldValues({ level: 1.5, count: 3, on: true });
    const node = new HeldValues({ supply: 24 });
    const simulator = new EdgeNodeSimulator({
      broker: at(),
      group: 'G',
      node: 'N',
      aliases: 'shuffled',
      devices: [
        { model: node, types: { supply: 'Double' } },
        { name: 'pump', model: pump, types: { level: 'Float', count: 'Int64', on: 'Boolean' } },
        { name: 'other', model: new HeldValues({ x: 1 }), types: { x: 'UInt8' } },
      ],
    });
    await simulator.start();
    afterwards(() => simulator.stop());
    await ear.until(() => ear.known('pump')['count']?.[0] === 3);
    simulator.inject({ kind: 'dropped', share: 0.2 });
    for (let n = 0; n < 100; n += 1) {
      pump.command('level', n);
      pump.command('count', -n);
      await simulator.say();
    }
    simulator.heal();
    pump.command('level', 1000);
    await simulator.say();
    await ear.until(
      () => ear.known('pump')['level']?.join() === '1000,good' && ear.known('pump')['count']?.[0] === -99,
    );
    expect(driver.counters()['gaps']).toBeGreaterThan(0);
    expect(simulator.rebirths).toBeGreaterThan(0);
    // Levels are never below what counts say, whichever alias each has just now.
    for (const one of ear.of('pump').map(said)) {
      if (one['count']?.[1] === 'good') expect(Number(one['count'][0])).toBeLessThanOrEqual(3);
      if (one['level']?.[1] === 'good') expect(Number(one['level'][0])).toBeGreaterThanOrEqual(0);
    }
    await simulator.history('pump', 'level', [
      [100, 7],
      [200, 8],
    ]);
    await ear.until(() => ear.of('pump').filter(({ late }) => late).length === 2);
    await simulator.lateDeath();
    await simulator.setBorn('pump', false);
    await ear.until(() => ear.known('pump')['level']?.[1] === 'bad-no-answer');
    expect(ear.known('node')).toEqual({ supply: [24, 'good'] });
    await simulator.setBorn('pump', true);
    await ear.until(() => ear.known('pump')['level']?.[0] === 1000);
    await simulator.crash();
    await ear.until(() => ear.known('node')['supply']?.[1] === 'bad-no-answer');
    await simulator.start();
    await ear.until(() => ear.known('node')['supply']?.[1] === 'good' && ear.known('pump')['level']?.[0] === 1000);
  });
});
