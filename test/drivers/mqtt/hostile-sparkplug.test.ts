import { describe, expect, test } from '@jest/globals';
import { EdgeNode } from '../../../drivers/mqtt/sparkplug/edge-node.js';
import { decodePayload, type Payload } from '../../../drivers/mqtt/sparkplug/payload.js';
import { said } from './mqtt-link.js';
import { byAlias, edge, float, oneDevice, start, tags, tahu, withBroker } from './sparkplug-stage.js';

const bad = (why: string) => [Number.NaN, why] as const;
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));

describe('a node nobody should run', () => {
  withBroker('gives one alias to two metrics: it is nobody’s, told, and nothing is asked for', async () => {
    const { ear, driver } = await start(oneDevice('Level', 'Flow', 'Heat'), { rebirthPause: '1h' });
    const node = await tahu();
    const birth = (alias: number) =>
      node.say(
        'DBIRTH',
        [float('Level', 1, { alias: 7 }), float('Flow', 2, { alias }), float('Heat', 3, { alias: 9 })],
        'Pump',
      );
    await node.birth([]);
    await birth(7);
    await node.say('DDATA', [byAlias(7, 99), byAlias(9, 4)], 'Pump');
    await birth(8);
    await node.say('DDATA', [byAlias(7, 5)], 'Pump');
    await ear.until(() => ear.of('pump').length === 4);
    const none = bad('bad-configuration');
    expect(ear.of('pump').map(said)).toEqual([
      { Level: none, Flow: none, Heat: [3, 'good'] },
      { Heat: [4, 'good'] },
      { Level: [1, 'good'], Flow: [2, 'good'], Heat: [3, 'good'] },
      { Level: [5, 'good'] },
    ]);
    expect(ear.log.slice(0, 2).map(({ fields }) => [fields['tag'], fields['why']])).toEqual(
      ['Level', 'Flow'].map((tag) => [
        tag,
        'the birth gives its alias to another metric too; give each its own at the node',
      ]),
    );
    expect(driver.counters()).toMatchObject({ unknownAliases: 0, rebirthsAsked: 1 });
  });

  withBroker('says a birth that is too long: nothing is known by the one before', async () => {
    const { ear, driver } = await start(
      { node: { device: { group: 'Plant', node: 'Edge-1' }, tags: tags('Level', 'Flow') } },
      { payloadMax: '1kB', rebirthPause: '1h' },
    );
    const node = await tahu();
    const filler = { name: 'x'.repeat(1000), type: 'Int32' as const, value: 1 };
    await node.birth([float('Level', 1, { alias: 1 }), float('Flow', 2, { alias: 2 })]);
    await node.birth([float('Level', 1, { alias: 2 }), float('Flow', 2, { alias: 1 }), filler]);
    // The number that would come next after either birth.
    await node.say('NDATA', [byAlias(1, 99)]);
    await node.birth([float('Level', 3, { alias: 2 }), float('Flow', 4, { alias: 1 })]);
    await ear.until(() => ear.known('node')['Level']?.[0] === 3);
    const gone = bad('bad-no-answer');
    expect(ear.readings.map(said)).toEqual([
      { Level: [1, 'good'], Flow: [2, 'good'] },
      { Level: gone, Flow: gone },
      { Level: [3, 'good'], Flow: [4, 'good'] },
    ]);
    expect(driver.counters()).toMatchObject({ tooLong: 1, births: 2, unborn: 1 });
    expect(ear.log.map(({ message }) => message)).toContain('MQTT message is longer than `payloadMax` and not taken');
  });

  withBroker('an empty message is no birth', async () => {
    const { ear, driver } = await start(edge);
    const node = await tahu();
    await node.birth([float('Supply', 24, { alias: 1 })]);
    await node.publish('NBIRTH', Buffer.alloc(0));
    await node.say('NDATA', [byAlias(1, 25)]);
    await ear.until(() => ear.readings.length === 2);
    expect(ear.readings.map(said)).toEqual([{ Supply: [24, 'good'] }, { Supply: [25, 'good'] }]);
    expect(driver.counters()).toMatchObject({ births: 1, empty: 1, undecoded: 0 });
  });

  withBroker('a text beyond 64 KiB is bad', async () => {
    const { ear } = await start(oneDevice(['Mode', 'text']));
    const node = await tahu();
    const mode = (length: number) => [{ name: 'Mode', type: 'String' as const, value: 'x'.repeat(length) }];
    await node.birth([]);
    await node.say('DBIRTH', mode(65_536), 'Pump');
    await node.say('DDATA', mode(65_537), 'Pump');
    await ear.until(() => ear.readings.length === 2);
    expect(ear.readings.map((one) => said(one)['Mode']?.[1])).toEqual(['good', 'bad-decoding']);
  });
});

test('aliases beyond 2^53 stay what they are, up to the last of 64 bits', () => {
  const birth = decodePayload(
    bytesOf(`18 00
      12 13  0a 01 41  10 80 80 80 80 80 80 80 10  20 0a  65 00 00 80 3f
      12 13  0a 01 42  10 81 80 80 80 80 80 80 10  20 0a  65 00 00 00 40
      12 0c  0a 01 43  10 ff ff ff ff ff ff ff 0f
      12 0e  0a 01 44  10 ff ff ff ff ff ff ff ff ff 01`),
  ) as Payload;
  expect(birth.metrics.map(({ alias }) => alias)).toEqual([
    2n ** 53n,
    2n ** 53n + 1n,
    Number.MAX_SAFE_INTEGER,
    2n ** 64n - 1n,
  ]);
  const heard: string[] = [];
  const node = new EdgeNode(new Set([undefined]), {
    born: () => undefined,
    said: (_, metrics) => heard.push(...metrics.map(({ born }) => born.name)),
    died: () => undefined,
    needsBirth: () => undefined,
  });
  const from = { group: 'G', node: 'N', device: undefined };
  node.hear({ ...from, kind: 'NBIRTH' }, birth);
  const metrics = birth.metrics.map((metric) => ({ ...metric, name: undefined }));
  node.hear({ ...from, kind: 'NDATA' }, { timestamp: 1, seq: 1, metrics });
  expect(heard).toEqual(['A', 'B', 'C', 'D']);
});

test.each([
  ['2^63 ms', '80 80 80 80 80 80 80 80 80 01', undefined],
  ['-1 ms', 'ff ff ff ff ff ff ff ff ff 01', undefined],
  ['the year 10000', '80 b8 ff 90 fd ce 39', undefined],
  ['the end of 9999', 'ff b7 ff 90 fd ce 39', 253_402_300_799_999],
  ['1970', '00', 0],
])('a time of %s', (_, varint, time) => {
  const metric = bytesOf(`0a 01 41 18 ${varint}`);
  const payload = decodePayload(Buffer.concat([bytesOf(`08 ${varint} 12`), Buffer.from([metric.length]), metric]));
  expect([payload?.timestamp, payload?.metrics[0]?.timestamp]).toEqual([time, time]);
});
