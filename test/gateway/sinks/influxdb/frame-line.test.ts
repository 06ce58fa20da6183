import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality, type Tag } from '../../../../gateway/contract/index.js';
import { framePoint } from '../../../../gateway/sinks/influxdb/frame-line.js';
import { frameLine } from '../../../support/frame-line.js';
import { influxdb } from '../../../../gateway/sinks/influxdb/index.js';
import { pointLine } from '../../../../gateway/sinks/influxdb/point.js';
import { type Influxd, startInfluxd } from '../../../support/influxd.js';
import { peer } from '../../../support/peers.js';
import { frameOf, type Slot, tableOf } from '../../../support/sink-records.js';

const time = 1_764_000_000_123;

describe('a frame as a line', () => {
  test('carries numbers as floats, booleans, texts, and a quality where it is not good', () => {
    const table = tableOf();
    const slots: Slot[] = [21.5, { quality: 'uncertain-over-range', value: 50 }, true, 7, 'a "b" \\c'];
    expect(frameLine(frameOf(table, 1_000_042, slots, { time }))).toBe(
      'house-sensor,device=猪舍-1,link=rs485-1,site=pig-farm-3 ' +
        'sequence=1000042i,temperature=21.5,氨气=50,氨气_quality=1083441152i,fan=true,count=7,model="a \\"b\\" \\\\c" ' +
        '1764000000123000042\n',
    );
  });

  test.each([
    ['one time of their own, live: theirs', [time - 5000, time - 5000], false, time - 5000],
    ['one time of their own, as history: theirs', [time - 9e6, time - 9e6], true, time - 9e6],
    ['several, live: that of the frame', [time - 5000, time - 4000], false, time],
    ['several, as history: the newest', [time - 9e6, time - 8e6], true, time - 8e6],
    ['only some, live: that of the frame', [time - 5000, Number.NaN], false, time],
    ['one that no point can have: that of the frame', [9e15, 9e15], true, time],
    ['one before there were instruments: that of the frame', [-1, -1], true, time],
  ])('whose values have %s', (_, [first, second], late, expected) => {
    const times = Float64Array.from([first, second, Number.NaN, Number.NaN, Number.NaN], Number);
    const line = frameLine(frameOf(tableOf(), 7, [1, 2, null, null, null], { time, times, ...(late && { late }) }));
    expect(line.trimEnd().split(' ').at(-1)).toBe(`${expected}000007`);
  });

  test('has no value for a bad slot, nothing for an absent one, and is still written when all are absent', () => {
    const table = tableOf();
    expect(frameLine(frameOf(table, 7, [{ quality: 'bad-no-answer' }, null, false, null, null], { time }))).toBe(
      'house-sensor,device=猪舍-1,link=rs485-1,site=pig-farm-3 ' +
        'sequence=7i,temperature_quality=2150694912i,fan=false 1764000000123000007\n',
    );
    expect(frameLine(frameOf(table, 8, [null, null, null, null, null], { time }))).toBe(
      'house-sensor,device=猪舍-1,link=rs485-1,site=pig-farm-3 sequence=8i 1764000000123000008\n',
    );
  });

  test('tells a value set by hand from a measured one', () => {
    const line = frameLine(
      frameOf(tableOf(), 7, [{ quality: 'good-local-override', value: 20 }, null, null, null, null]),
    );
    expect(line).toContain('temperature=20,temperature_quality=9830400i ');
  });

  test('never holds a number that is not there', () => {
    const line = frameLine(frameOf(tableOf(), 7, [Number.NaN, Number.POSITIVE_INFINITY, null, null, null]));
    expect(line).not.toMatch(/NaN|Infinity/);
    expect(line).toContain('sequence=7i,temperature_quality=2147483648i,氨气_quality=2147483648i ');
  });

  test('taken apart by field and joined again is the same line', () => {
    const slot = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom<Slot>(null, { quality: 'bad-decoding' }, { quality: 'uncertain-jump', value: -1 }),
    );
    const record = fc.record({
      sequence: fc.nat(),
      slots: fc.tuple(slot, slot, fc.oneof(fc.boolean(), fc.constant(null)), slot, fc.string()),
    });
    fc.assert(
      fc.property(record, ({ sequence, slots }) => {
        const frame = frameOf(tableOf(), sequence, slots, { time });
        const point = framePoint(frame);
        expect(pointLine(point, point.fields)).toBe(frameLine(frame));
      }),
    );
  });
});

test('names a tag InfluxDB cannot hold', () => {
  for (const name of ['time', 'sequence', 'flow_quality', 'a\nb', 'a\\', 'a\\ b'])
    expect(influxdb.refusesTag?.(name)).toBeDefined();
  for (const name of ['times', '氨气', 'a b', 'quality', 'a\\b']) expect(influxdb.refusesTag?.(name)).toBeUndefined();
});

describe('read back from InfluxDB', () => {
  let server: Influxd | undefined;
  afterAll(() => server?.stop());

  peer('influxd')('every name, text and number is what it was', async () => {
    server = await startInfluxd();
    await server.query('CREATE DATABASE nasty');
    const nasty = fc
      .array(fc.constantFrom('a', '温', ' ', ',', '=', '"', "'", '\\', '#', '$', '/', '.', '%', 'é', '😀'), {
        minLength: 1,
        maxLength: 6,
      })
      .map((letters) => letters.join(''))
      .filter((name) => !/\\([,"= ]|$)|^#/.test(name));
    const text = fc.array(fc.constantFrom('a', '温', ' ', ',', '"', '\\', '\n', "'"), { maxLength: 6 });
    // InfluxDB keeps no sign on zero.
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    const record = fc.record({ profile: nasty, device: nasty, tag: nasty, other: nasty, value: number, text });
    const records = fc.sample(record, { numRuns: 300, seed: 42 });
    const frames = records.map((one, n) => {
      const tags: Tag[] = [
        { name: `v${one.tag}`, type: 'number', unit: '' },
        { name: `t${one.other}`, type: 'text', unit: '' },
      ];
      const table = tableOf(tags, { profile: `${one.profile}${n}`, device: one.device });
      return frameOf(table, n, [one.value, one.text.join('')]);
    });
    const answer = await fetch(`${server.url}/write?db=nasty&precision=ns`, {
      method: 'POST',
      body: frames.map(frameLine).join(''),
    });
    expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 204, text: '' });

    const wanted = new Map(
      frames.map(({ table, values, texts, sequence }) => [
        table.profile,
        {
          device: table.device,
          [table.tags[0]?.name ?? '']: values[0],
          [table.tags[1]?.name ?? '']: texts?.get(1),
          sequence,
        },
      ]),
    );
    for (const [measurement, fields] of wanted) {
      const name = measurement.replace(/["\\]/g, '\\$&');
      const [row] = await server.query(`SELECT * FROM "${name}"`, 'nasty');
      expect({ measurement, ...row }).toMatchObject({ measurement, ...fields });
    }
  });

  peer('influxd')('the quality of every kind is an integer field', async () => {
    server ??= await startInfluxd();
    await server.query('CREATE DATABASE qualities');
    const names = Object.keys(Quality).filter(
      (name) => name !== 'absent' && name !== 'good',
    ) as (keyof typeof Quality)[];
    const tags = names.map((name): Tag => ({ name, type: 'number', unit: '' }));
    const frame = frameOf(
      tableOf(tags),
      1,
      names.map((quality) => ({ quality, value: 1 })),
    );
    await fetch(`${server.url}/write?db=qualities&precision=ns`, { method: 'POST', body: frameLine(frame) });
    const keys = await server.query('SHOW FIELD KEYS', 'qualities');
    for (const name of names) {
      expect(keys).toContainEqual({ fieldKey: `${name}_quality`, fieldType: 'integer' });
    }
  });
});
