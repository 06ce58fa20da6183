import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kindOf, typedValue } from '../../../drivers/mqtt/sparkplug/data-type.js';
import { EdgeNode } from '../../../drivers/mqtt/sparkplug/edge-node.js';
import { decodePayload, encodeCommand, metricsMax } from '../../../drivers/mqtt/sparkplug/payload.js';
import { parseEdgeTopic } from '../../../drivers/mqtt/sparkplug/topic.js';
import { Random } from '../../../firmware-sim/index.js';
import { decodeTahu, encodeTahu, type TahuMetric } from './tahu-node.js';

const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));

/** Written by hand from sparkplug_b.proto: a time, three metrics, number 5. */
const golden = `
  08 e8 07
  12 0c  0a 01 41  10 07  20 09  65 00 00 bc 41
  12 14  10 08  18 d0 0f  20 04  28 01  58 fe ff ff ff ff ff ff ff ff 01
  12 07  0a 01 43  20 0c  38 01
  18 05`;

describe('a payload', () => {
  test('written by hand is read: counts, numbers and flags', () => {
    const payload = decodePayload(bytesOf(golden));
    expect(payload).toMatchObject({ timestamp: 1000, seq: 5 });
    expect(payload?.metrics).toHaveLength(3);
    const none = { name: undefined, alias: undefined, timestamp: undefined, quality: undefined, value: undefined };
    const flags = { isHistorical: false, isNull: false };
    expect(payload?.metrics).toEqual([
      { ...none, ...flags, name: 'A', alias: 7, datatype: 9, value: { kind: 'real', value: 23.5 } },
      {
        ...none,
        ...flags,
        alias: 8,
        timestamp: 2000,
        datatype: 4,
        isHistorical: true,
        value: { kind: 'long', value: -2 },
      },
      { ...none, ...flags, name: 'C', datatype: 12, isNull: true },
    ]);
  });

  test('cut anywhere is damaged, or fewer fields of the same; never another value', () => {
    const whole = bytesOf(golden);
    const metrics = decodePayload(whole)?.metrics ?? [];
    let damaged = 0;
    for (let length = 0; length < whole.length; length += 1) {
      const part = decodePayload(whole.subarray(0, length));
      if (!part) damaged += 1;
      else expect(metrics.slice(0, part.metrics.length)).toEqual(part.metrics);
    }
    // Whole up to there: nothing, the time, and each metric but the last field.
    expect([whole.length, damaged]).toEqual([50, 50 - 5]);
  });

  test.each([
    ['a length beyond the bytes', '12 7f 0a 01 41'],
    ['a text beyond its metric', '12 03 0a 05 41 41 41 41 41'],
    ['a number where a text should be', '12 02 08 01'],
    ['a text where a number should be', '0a 01 41'],
    ['eight bytes where four should be', '12 0a 61 00 00 00 00 00 00 00 00 20'],
    ['a group, which there is none of', '13 0a 01 41 14'],
    ['a varint that does not end', '08 ff ff ff ff ff ff ff ff ff ff ff 01'],
    ['a float that is cut', '12 03 65 00 00'],
    ['a metric that ends in the next', '12 04 0a 01 41 20 09'],
  ])('with %s is none', (_, hex) => expect(decodePayload(bytesOf(hex))).toBeUndefined());

  test('with unknown fields is read past them', () => {
    const payload = decodePayload(bytesOf('4a 03 01 02 03 12 09 9a 06 02 ff ff 0a 01 41 18 22 05 61 62 63 64 65'));
    expect(payload).toBeUndefined();
    expect(decodePayload(bytesOf('4a 03 01 02 03 12 08 9a 06 02 ff ff 0a 01 41 18 22'))).toMatchObject({
      seq: 34,
      metrics: [{ name: 'A' }],
    });
  });

  test('with too many metrics is refused as a whole', () => {
    const many = (count: number) => Buffer.concat(Array.from({ length: count }, () => Buffer.from([0x12, 0])));
    expect(decodePayload(many(metricsMax))?.metrics).toHaveLength(metricsMax);
    expect(decodePayload(many(metricsMax + 1))).toBeUndefined();
  });

  test('of Tahu reads as Tahu wrote it, for any values', () => {
    const metric = fc.oneof(
      fc.record({ type: fc.constant('Int32' as const), value: fc.integer() }),
      fc.record({ type: fc.constant('Int8' as const), value: fc.integer({ min: -128, max: 127 }) }),
      fc.record({ type: fc.constant('UInt32' as const), value: fc.nat(0xffffffff) }),
      fc.record({ type: fc.constant('Int64' as const), value: fc.maxSafeInteger() }),
      fc.record({ type: fc.constant('UInt64' as const), value: fc.maxSafeNat() }),
      fc.record({ type: fc.constant('Double' as const), value: fc.double({ noNaN: true }) }),
      fc.record({ type: fc.constant('Float' as const), value: fc.float({ noNaN: true }) }),
      fc.record({ type: fc.constant('Boolean' as const), value: fc.boolean() }),
      fc.record({ type: fc.constant('String' as const), value: fc.string({ unit: 'grapheme' }) }),
    );
    fc.assert(
      fc.property(fc.array(metric, { maxLength: 12 }), fc.nat(255), (metrics, seq) => {
        const sent = metrics.map((one, n): TahuMetric => ({ ...one, name: `m${n}`, alias: n, timestamp: n * 1e9 }));
        const read = decodePayload(encodeTahu({ timestamp: 1e12, seq, metrics: sent }));
        expect(read).toMatchObject({ timestamp: 1e12, seq });
        expect(read?.metrics).toHaveLength(metrics.length);
        read?.metrics.forEach(({ name, alias, timestamp, datatype, value }, n) => {
          expect([name, alias, timestamp]).toEqual([`m${n}`, n, n * 1e9]);
          const typed = value && typedValue(datatype ?? 0, value);
          expect(typed).toEqual(sent[n]?.value);
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('of any bytes is read or refused, quickly, and what is read is bounded', () => {
    const random = new Random(20_261_122);
    const written = encodeTahu({
      timestamp: 1e12,
      seq: 9,
      metrics: [
        { name: 'Level', alias: 1, type: 'Float', value: 1.5, properties: { Quality: { type: 'Int32', value: 192 } } },
        { name: 'Count', alias: 2, type: 'Int64', value: -5, isHistorical: true },
        { name: 'Mode', type: 'String', value: 'a text that is longer than twelve bytes' },
      ],
    });
    let read = 0;
    for (let n = 0; n < runs; n += 1) {
      const bytes = n % 2 === 0 ? random.bytes(random.whole(0, 80)) : Buffer.from(written);
      for (let turn = random.whole(1, 4); n % 2 === 1 && turn > 0; turn -= 1) {
        bytes.writeUInt8(random.whole(0, 255), random.whole(0, bytes.length - 1));
      }
      const payload = decodePayload(bytes);
      if (!payload) continue;
      read += 1;
      expect(payload.metrics.length).toBeLessThanOrEqual(bytes.length / 2);
      for (const { name, value, datatype } of payload.metrics) {
        if (name !== undefined) expect(name.length).toBeLessThanOrEqual(bytes.length);
        if (value) typedValue(datatype ?? 0, value);
      }
    }
    expect(read).toBeGreaterThan(runs / 20);
  });
});

describe('a value', () => {
  const int = (value: number) => ({ kind: 'int', value }) as const;
  const long = (value: number) => ({ kind: 'long', value }) as const;
  test.each([
    ['Int8 as one byte', 1, int(0xff), -1],
    ['Int8 as four', 1, int(0xffffffff), -1],
    ['Int8 as eight', 1, int(-1), -1],
    ['Int8 that is too large', 1, int(300), undefined],
    ['Int16', 2, int(0x8000), -32_768],
    ['Int32', 3, int(0x80000000), -2_147_483_648],
    ['Int32 in the long field', 3, long(-5), -5],
    ['UInt8 that is too large', 5, int(256), undefined],
    ['UInt32', 7, int(0xffffffff), 4_294_967_295],
    ['UInt64 above 2^63', 8, long(-(2 ** 62)), 2 ** 64 - 2 ** 62],
    ['a float in an integer field', 9, int(5), undefined],
    ['an integer in a float field', 3, { kind: 'real', value: 5 } as const, undefined],
    ['a data set', 16, { kind: 'other' } as const, undefined],
    ['an unknown type', 99, int(1), undefined],
  ])('%s', (_, datatype, value, wanted) => expect(typedValue(datatype, value)).toBe(wanted));

  test('of types that are no value here has no kind', () => {
    expect([0, 16, 17, 18, 19, 20, 21, 22, 34].map(kindOf)).toEqual(Array.from({ length: 9 }, () => undefined));
  });
});

test('the command for a birth is what Tahu reads', () => {
  const { timestamp, metrics } = decodeTahu(encodeCommand('Node Control/Rebirth', 1_796_112_000_000));
  expect(Number(timestamp)).toBe(1_796_112_000_000);
  expect(metrics).toMatchObject([{ name: 'Node Control/Rebirth', type: 'Boolean', value: true }]);
  expect(metrics).toHaveLength(1);
});

test.each([
  ['spBv1.0/G/NBIRTH/N', { group: 'G', kind: 'NBIRTH', node: 'N', device: undefined }],
  ['spBv1.0/G/DDATA/N/D', { group: 'G', kind: 'DDATA', node: 'N', device: 'D' }],
  ['spBv1.0/G/DDATA/N', undefined],
  ['spBv1.0/G/NDATA/N/D', undefined],
  ['spBv1.0/G/NCMD/N', undefined],
  ['spBv1.0/STATE/host', undefined],
  ['spAv1.0/G/NDATA/N', undefined],
  ['spBv1.0/G/DDATA/N/D/E', undefined],
])('the topic %s', (topic, edge) => expect(parseEdgeTopic(topic)).toEqual(edge));

/** What a host should think, told one message a time with everything that was really sent. */
test('no value of another metric is ever called good, whatever is lost, reordered or shuffled', () => {
  const random = new Random(7);
  let good = 0;
  let asked = 0;
  for (let round = 0; round < Math.max(200, runs / 100); round += 1) {
    const names = ['a', 'b', 'c'];
    let aliases = new Map<string, number>();
    let seq = 0;
    let wantsBirth = true;
    const node = new EdgeNode(new Set<string | undefined>([undefined]), {
      born: () => undefined,
      said: (_, metrics, __, isSure) => {
        for (const { born, metric } of metrics) {
          if (!isSure) continue;
          good += 1;
          // A value is a hundred times its metric's place, and something.
          const value = metric.value?.kind === 'real' ? metric.value.value : Number.NaN;
          expect(Math.floor(value / 100)).toBe(names.indexOf(born.name));
        }
      },
      died: () => undefined,
      needsBirth: () => {
        asked += 1;
        wantsBirth = true;
      },
    });
    const none = {
      name: undefined,
      alias: undefined,
      timestamp: 1,
      isHistorical: false,
      isNull: false,
      quality: undefined,
    };
    const value = (name: string) => ({ kind: 'real', value: names.indexOf(name) * 100 + random.whole(0, 99) }) as const;
    const birth = (): void => {
      const shuffled = names.map((name) => [random.next(), name] as const).toSorted(([x], [y]) => x - y);
      aliases = new Map(shuffled.map(([, name], n) => [name, n]));
      const metrics = names.map((name) => ({
        ...none,
        name,
        alias: aliases.get(name),
        datatype: 9,
        value: value(name),
      }));
      node.hear({ group: 'G', node: 'N', kind: 'NBIRTH', device: undefined }, { timestamp: 1, seq: 0, metrics });
      seq = 1;
    };
    for (let step = 0; step < 40; step += 1) {
      if (wantsBirth && random.next() < 0.5) {
        wantsBirth = false;
        birth();
      }
      const name = names[random.whole(0, 2)] as string;
      const payload = {
        timestamp: 1,
        seq,
        metrics: [{ ...none, alias: aliases.get(name), datatype: undefined, value: value(name) }],
      };
      seq = (seq + 1) % 256;
      if (random.next() < 0.1) continue;
      node.hear({ group: 'G', node: 'N', kind: 'NDATA', device: undefined }, payload);
    }
  }
  expect(good).toBeGreaterThan(1000);
  expect(asked).toBeGreaterThan(100);
});
