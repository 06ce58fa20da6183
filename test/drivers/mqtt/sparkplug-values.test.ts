import { describe, expect } from '@jest/globals';
import { said } from './mqtt-link.js';
import { byAlias, edge, float, oneDevice, start, tahu, withBroker } from './sparkplug-stage.js';
import type { TahuMetric } from './tahu-node.js';

describe('a node that speaks the codec of Eclipse Tahu', () => {
  withBroker('gives every type its value, in birth and data', async () => {
    const { ear, driver } = await start(
      oneDevice(
        ...(['Int8', 'Int16', 'Int32', 'Int64', 'UInt8', 'UInt16', 'UInt32', 'UInt64'] as const).map(
          (name) => [name, 'integer'] as const,
        ),
        'Float',
        'Double',
        ['Boolean', 'boolean'],
        ['String', 'text'],
        ['Text', 'text'],
        ['DateTime', 'integer'],
        ['When', 'text'],
      ),
    );
    const node = await tahu();
    await node.birth([]);
    const at2026 = Date.UTC(2026, 11, 1);
    const values = (sign: number): TahuMetric[] => [
      { name: 'Int8', type: 'Int8', value: -128 * sign },
      { name: 'Int16', type: 'Int16', value: -32_768 * sign },
      { name: 'Int32', type: 'Int32', value: -2_147_483_648 * sign },
      { name: 'Int64', type: 'Int64', value: -9_007_199_254_740_991 * sign },
      { name: 'UInt8', type: 'UInt8', value: 255 * sign },
      { name: 'UInt16', type: 'UInt16', value: 65_535 * sign },
      { name: 'UInt32', type: 'UInt32', value: 4_294_967_295 * sign },
      { name: 'UInt64', type: 'UInt64', value: 9_007_199_254_740_991 * sign },
      { name: 'Float', type: 'Float', value: -23.5 * sign },
      { name: 'Double', type: 'Double', value: 1.1 * sign },
      { name: 'Boolean', type: 'Boolean', value: sign === 1 },
      { name: 'String', type: 'String', value: sign === 1 ? '一号泵' : '' },
      { name: 'Text', type: 'Text', value: 'long text' },
      { name: 'DateTime', type: 'DateTime', value: at2026 },
      { name: 'When', type: 'DateTime', value: at2026 },
    ];
    await node.say('DBIRTH', values(1), 'Pump');
    await node.say('DDATA', values(0), 'Pump');
    await ear.until(() => ear.of('pump').length === 2);
    const [first, second] = ear.of('pump').map(said);
    const good = (all: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value, 'good']]));
    expect(first).toEqual(
      good({
        Int8: -128,
        Int16: -32_768,
        Int32: -2_147_483_648,
        Int64: -9_007_199_254_740_991,
        UInt8: 255,
        UInt16: 65_535,
        UInt32: 4_294_967_295,
        UInt64: 9_007_199_254_740_991,
        Float: -23.5,
        Double: 1.1,
        Boolean: 1,
        String: '一号泵',
        Text: 'long text',
        DateTime: at2026,
        When: '2026-12-01T00:00:00.000Z',
      }),
    );
    expect(second).toMatchObject(good({ UInt8: 0, UInt64: 0, Boolean: 0, String: '' }));
    expect(driver.counters()).toMatchObject({ births: 1, gaps: 0, undecoded: 0 });
    expect(ear.log).toEqual([]);
  });

  withBroker('is read by alias, each value with its time; null and told quality reach the tag', async () => {
    const { ear } = await start({ ...oneDevice('Level', 'Flow'), ...edge });
    const node = await tahu();
    await node.birth([float('Supply', 24, { alias: 1 })]);
    await node.say('DBIRTH', [float('Level', 1.5, { alias: 7 }), float('Flow', 9, { alias: 8 })], 'Pump', 1000);
    await node.say('DDATA', [byAlias(7, 1.75), { alias: 8, type: 'Float', value: null, isNull: true }], 'Pump', 3000);
    await node.say('NDATA', [byAlias(1, 23.5)]);
    const property = (value: number) => ({ properties: { Quality: { type: 'Int32' as const, value } } });
    await node.say('DDATA', [byAlias(7, 2, property(500)), byAlias(8, 3, property(192))], 'Pump');
    await node.say('DDATA', [byAlias(7, 2.5, property(0))], 'Pump');
    await ear.until(() => ear.of('pump').length === 4 && ear.of('edge').length === 2);
    expect(ear.of('pump').map((one) => [said(one), [...(one.times ?? [])]])).toEqual([
      // What a birth says holds at the birth, whenever it last changed.
      [{ Level: [1.5, 'good'], Flow: [9, 'good'] }, [1000, 1000]],
      [{ Level: [1.75, 'good'], Flow: [Number.NaN, 'bad'] }, [2000, 3000]],
      [{ Level: [2, 'uncertain-last-usable'], Flow: [3, 'good'] }, [2000, 2000]],
      [{ Level: [Number.NaN, 'bad'] }, [2000, Number.NaN]],
    ]);
    expect(ear.of('edge').map(said)).toEqual([{ Supply: [24, 'good'] }, { Supply: [23.5, 'good'] }]);
  });

  withBroker('history comes late, a reading each where one metric is said often', async () => {
    const { ear, driver } = await start(oneDevice('Level'));
    const node = await tahu();
    await node.birth([]);
    await node.say('DBIRTH', [float('Level', 1, { alias: 7 })], 'Pump');
    const past = (timestamp: number, value: number) => byAlias(7, value, { timestamp, isHistorical: true });
    await node.say('DDATA', [past(10, 1), past(20, 2), byAlias(7, 5), past(30, 3)], 'Pump');
    await ear.until(() => ear.of('pump').length === 5);
    expect(ear.of('pump').map((one) => [said(one)['Level']?.[0], one.times?.[0], one.late])).toEqual([
      [1, 1000, undefined],
      [1, 10, true],
      [2, 20, true],
      [5, 2000, undefined],
      [3, 30, true],
    ]);
    expect(driver.counters()['historical']).toBe(3);
  });

  withBroker('what a tag cannot take is said in words, and bad until a birth has it', async () => {
    const { ear } = await start(oneDevice('Level', 'Mode', 'Table', ['State', 'boolean'], 'Absent'));
    const node = await tahu();
    await node.birth([]);
    const dataSet = { numOfColumns: 1, columns: ['a'], types: ['Int32' as const], rows: [[1]] };
    const metrics: TahuMetric[] = [
      float('Level', 1),
      { name: 'Mode', type: 'String', value: 'auto' },
      { name: 'Table', type: 'DataSet', value: dataSet },
      { name: 'State', type: 'Int32', value: 1 },
    ];
    await node.say('DBIRTH', metrics, 'Pump');
    await node.say('DBIRTH', metrics, 'Pump');
    await node.say('DDATA', [float('Level', 2), { name: 'Table', type: 'DataSet', value: dataSet }], 'Pump');
    await ear.until(() => ear.of('pump').length === 3);
    const bad = [Number.NaN, 'bad-configuration'];
    expect(said(ear.of('pump')[0]!)).toEqual({ Level: [1, 'good'], Mode: bad, Table: bad, State: bad, Absent: bad });
    expect(said(ear.of('pump')[2]!)).toEqual({ Level: [2, 'good'] });
    expect(ear.log.map(({ fields }) => [fields['tag'], fields['why']])).toEqual([
      ['Mode', 'it is a String, the tag a number'],
      ['Table', 'it is a DataSet; numbers, booleans, texts and times can be used'],
      ['State', 'it is a Int32, the tag a boolean'],
      ['Absent', 'the birth has no such metric; compare its name, capitals and slashes included'],
    ]);
    await node.say('DBIRTH', [...metrics.slice(0, 2), { name: 'Absent', type: 'Double', value: 4 }], 'Pump');
    await ear.until(() => ear.of('pump').length === 4);
    expect(ear.known('pump')).toMatchObject({ Absent: [4, 'good'], Table: bad });
  });
});
