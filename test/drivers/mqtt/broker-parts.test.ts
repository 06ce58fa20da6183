import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatBrokerAddress, parseBrokerAddress } from '../../../drivers/mqtt/broker/broker-address.js';
import { PacketGate } from '../../../drivers/mqtt/broker/packet-gate.js';
import { reasonText, refusalText } from '../../../drivers/mqtt/broker/reason-text.js';
import { covers, distinctFilters, TopicTree } from '../../../drivers/mqtt/broker/topic-filter.js';

const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);

describe('the address of a broker', () => {
  test.each([
    ['mqtt://10.0.0.1', 'mqtt://10.0.0.1:1883'],
    ['mqtts://broker.example.com', 'mqtts://broker.example.com:8883'],
    [' mqtt://[::1]:1884/ ', 'mqtt://[::1]:1884'],
  ])('%s is %s', (text, address) => {
    const parsed = parseBrokerAddress(text);
    expect(parsed && formatBrokerAddress(parsed)).toBe(address);
  });

  test.each(['10.0.0.1', 'tcp://a:1', 'mqtt://u:p@a', 'mqtt://a:0', 'mqtt://a:70000', 'mqtt://a/path', 'mqtt://'])(
    '%s is none',
    (text) => expect(parseBrokerAddress(text)).toBeUndefined(),
  );
});

describe('topic filters', () => {
  test.each([
    ['a/+/c', 'a/b/c', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['#', 'x', true],
    ['a/+', 'a/#', false],
    ['a/+', 'a/b/c', false],
    ['a/b', 'a/+', false],
    ['+/+', 'a/+', true],
    ['a', 'a/', false],
  ])('%s covers %s: %s', (wide, narrow, is) => expect(covers(wide, narrow)).toBe(is));

  test('what others cover is not subscribed to', () => {
    expect(distinctFilters(['a/b', 'a/+', 'c', 'a/b', 'a/+/d', 'a/#', 'e/+'])).toEqual(['c', 'a/#', 'e/+']);
  });

  const level = fc.constantFrom('a', 'b', '', 'c');
  const filter = fc
    .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));
  const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));

  test('a tree finds exactly the filters that cover a topic', () => {
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 12 }), topic, (filters, one) => {
        const tree = new TopicTree<number>();
        filters.forEach((each, n) => tree.add(each, n));
        const fitting = filters.flatMap((each, n) => (covers(each, one) ? [n] : []));
        expect(tree.match(one).toSorted((a, b) => a - b)).toEqual(fitting);
      }),
      { numRuns: 2000 },
    );
  });

  test('a topic of very many levels costs little and fits nothing it should not', () => {
    const tree = new TopicTree<string>();
    tree.add(Array.from({ length: 64 }, () => '+').join('/'), 'all');
    expect(tree.match(Array.from({ length: 64 }, () => 'x').join('/'))).toEqual(['all']);
    expect(tree.match('x/'.repeat(30_000))).toEqual([]);
  });
});

/** A PUBLISH of MQTT 3.1.1 as its §3.3 has it. */
function publishPacket(topic: string, payload: Buffer, qos: number): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.concat([
    Buffer.from([name.length >> 8, name.length & 0xff]),
    name,
    ...(qos > 0 ? [Buffer.from([0x12, 0x34])] : []),
    payload,
  ]);
  const length: number[] = [];
  for (let rest = body.length; ; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from([0x30 | (qos << 1), ...length]), body]);
}

describe('the gate before the library', () => {
  const mark = Buffer.from('nobody knows me');
  const packet = fc.oneof(
    fc.record({ topic: fc.string({ maxLength: 20 }), size: fc.nat(400), qos: fc.integer({ min: 0, max: 2 }) }),
    fc.constant(undefined),
  );

  test('lets everything through as it came, but marks what is too long, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        (packets, cuts) => {
          const gate = new PacketGate(100, mark);
          const pingResponse = Buffer.from([0xd0, 0]);
          const written = packets.map((one) =>
            one ? publishPacket(one.topic, Buffer.alloc(one.size, 1), one.qos) : pingResponse,
          );
          const wanted = packets.map((one) =>
            one ? publishPacket(one.topic, one.size > 100 ? mark : Buffer.alloc(one.size, 1), one.qos) : pingResponse,
          );
          const all = Buffer.concat(written);
          const got: Buffer[] = [];
          for (let [at, n] = [0, 0]; at < all.length; n += 1) {
            const step = cuts[n % cuts.length] as number;
            got.push(...gate.push(all.subarray(at, at + step)));
            at += step;
          }
          expect(Buffer.concat(got)).toEqual(Buffer.concat(wanted));
          expect(gate.tooLong).toBe(packets.filter((one) => one && one.size > 100).length);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('whatever comes, it holds no more than a topic, and says when it is no MQTT', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (chunks) => {
        const gate = new PacketGate(1000, mark);
        let given = 0;
        let passed = 0;
        try {
          for (const chunk of chunks) {
            given += chunk.length;
            passed += gate.push(Buffer.from(chunk)).reduce((sum, { length }) => sum + length, 0);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          refused += 1;
        }
        expect(passed).toBeLessThanOrEqual(given);
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(0);
  });

  test('the largest packet there may be is passed over without being held', () => {
    const gate = new PacketGate(1000, mark);
    const head = publishPacket('a', Buffer.alloc(0), 1);
    gate.push(Buffer.concat([Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]), head.subarray(2)]));
    const before = process.memoryUsage().arrayBuffers;
    const chunk = Buffer.alloc(65_536);
    let passed = 0;
    for (let sent = head.length - 2; sent < 268_435_455; sent += chunk.length) {
      passed += gate.push(chunk.subarray(0, Math.min(chunk.length, 268_435_455 - sent))).length;
    }
    expect(passed).toBe(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(Buffer.concat(gate.push(Buffer.from([0xd0, 0])))).toEqual(Buffer.from([0xd0, 0]));
  });
});

test('what a broker says is told with what to do about it', () => {
  expect([2, 5, 0x8e, 0x87].map((code) => reasonText(code))).toEqual([
    'it refuses the client id; give another `clientId`',
    'it does not allow this user; check user, password and its access list',
    'another client has the same client id; give one of them its own `clientId`',
    'it does not allow this user; check user, password and its access list',
  ]);
  expect(reasonText(0x97)).toBe('reason 151');
  expect(refusalText(['a', 'b', 'c', 'd', 'e'])).toBe('it refuses a, b, c and 2 more; check its access list');
});
