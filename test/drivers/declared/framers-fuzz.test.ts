import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checksums } from '../../../drivers/declared/checksums.js';
import { compileMessages, type DeclaredMessage } from '../../../drivers/declared/declared-message.js';
import type { DeviceSettings } from '../../../drivers/declared/device-schema.js';
import { declared } from '../../../drivers/declared/index.js';
import { MessageCollector } from '../../../drivers/declared/message-collector.js';
import { Random } from '../../../firmware-sim/index.js';

/** Streams in the small run; more with SLUICE_FUZZ_RUNS. */
const streams = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);

interface Kind {
  readonly message: DeclaredMessage;
  /** A right message that says this number. */
  readonly write: (value: number) => Buffer;
  /** What of a message of this kind is guarded by its checksum. */
  readonly isGuarded: boolean;
}

const compile = (message: object): DeclaredMessage =>
  compileMessages('d', declared.device.parse({ messages: { m: message } }) as DeviceSettings).get(
    'm',
  ) as DeclaredMessage;

const hexOf = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

const kinds: Readonly<Record<string, Kind>> = {
  line: {
    message: compile({ kind: 'text', pattern: 'W{v}kg', lengthMax: 16 }),
    write: (value) => Buffer.from(`W${value}kg\r\n`),
    isGuarded: false,
  },
  'marked line with CRC': {
    message: compile({
      kind: 'text',
      start: '\\x02',
      end: '\\x03',
      pattern: 'W{v}',
      lengthMax: 16,
      checksum: { name: 'crc16-ccitt-false' },
    }),
    write(value) {
      const body = Buffer.from(`W${value}`);
      return Buffer.from(`\x02${body.toString()}${hexOf(checksums['crc16-ccitt-false'].of(body), 4)}\x03`);
    },
    isGuarded: true,
  },
  frame: {
    message: compile({
      kind: 'binary',
      header: 'AA',
      length: { offset: 1 },
      lengthMax: 16,
      checksum: { name: 'crc16-modbus' },
      fields: { v: { offset: 2, type: 'uint16' } },
    }),
    write(value) {
      const frame = Buffer.from([0xaa, 6, value >> 8, value & 0xff, 0, 0]);
      frame.writeUInt16LE(checksums['crc16-modbus'].of(frame.subarray(0, 4)), 4);
      return frame;
    },
    isGuarded: true,
  },
  sentence: {
    message: compile({ kind: 'nmea', sentence: 'MWV', fields: { v: { index: 1 } } }),
    write(value) {
      const body = Buffer.from(`WIMWV,${value},R`);
      return Buffer.from(`$${body.toString()}*${hexOf(checksums.xor.of(body), 2)}\r\n`);
    },
    isGuarded: true,
  },
};

const valuesOf = (collector: MessageCollector, bytes: Uint8Array): number[] =>
  collector.push(bytes).map(({ fields }) => fields.get('v') as number);

describe.each(Object.entries(kinds))('%s', (_, { message, write }) => {
  test('whatever comes, memory is bounded and a good message after it is read', () => {
    const random = new Random(20_261_121);
    const bound = message.format.bytesMax;
    // Bytes of the messages themselves make more that looks like one than plain noise does.
    const alphabet = Buffer.concat([write(41_610), Buffer.from([0, 0xaa])]);
    let read = 0;
    for (let stream = 0; stream < streams / Object.keys(kinds).length; stream += 1) {
      const collector = new MessageCollector(message.format);
      const noise = Buffer.from(
        Array.from({ length: random.whole(0, 60) }, () =>
          random.next() < 0.5 ? random.whole(0, 255) : (alphabet[random.whole(0, alphabet.length - 1)] as number),
        ),
      );
      for (let at = 0; at < noise.length; ) {
        const step = random.whole(1, 20);
        collector.push(noise.subarray(at, at + step));
        at += step;
        if (collector.heldBytes > bound) throw new Error(`stream ${stream} holds ${collector.heldBytes} bytes`);
      }
      // What looked like the beginning of a longer one is given up within one bound.
      collector.push(Buffer.alloc(bound));
      collector.push(write(1));
      const got = valuesOf(collector, write(2));
      if (got.at(-1) !== 2) throw new Error(`stream ${stream}: ${noise.toString('hex')} then ${JSON.stringify(got)}`);
      read += 1;
    }
    expect(read).toBe(streams / Object.keys(kinds).length);
  });

  test('however it is cut, the same messages come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 65_535 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }),
        (values, cuts) => {
          const collector = new MessageCollector(message.format);
          collector.push(write(0));
          const all = Buffer.concat(values.map(write));
          const got: number[] = [];
          for (let [at, n] = [0, 0]; at < all.length; n += 1) {
            const step = cuts[n % cuts.length] as number;
            got.push(...valuesOf(collector, all.subarray(at, at + step)));
            at += step;
          }
          expect(got).toEqual(values);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe.each(Object.entries(kinds).filter(([, { isGuarded }]) => isGuarded))(
  '%s with its checksum',
  (_, { message, write }) => {
    test('one byte changed anywhere never makes another value', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 65_535 }),
          fc.nat(200),
          fc.integer({ min: 1, max: 255 }),
          (value, place, flip) => {
            const damaged = write(value);
            const at = place % damaged.length;
            damaged[at] = (damaged[at] as number) ^ flip;
            const collector = new MessageCollector(message.format);
            for (const got of valuesOf(collector, damaged)) expect(got).toBe(value);
          },
        ),
        { numRuns: 10_000 },
      );
    });
  },
);
