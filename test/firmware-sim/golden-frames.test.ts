import { describe, expect, test } from '@jest/globals';
import { deviceKinds, stillSurroundings, type UnitSpec } from '../../firmware-sim/index.js';
import { serve } from './field.js';

const transport = { kind: 'rtu-over-tcp', port: 0 } as const;

function ideal(kind: keyof typeof deviceKinds, start: Readonly<Record<string, number>>, unit = 1): UnitSpec {
  const { map } = deviceKinds[kind];
  return { unit, map, model: deviceKinds[kind].create({ unit, surroundings: stillSurroundings(start) }) };
}

/** Sends a frame and compares all that comes back, byte for byte. */
async function expectExchange(unit: UnitSpec, request: string, reply: string): Promise<void> {
  const { wire } = await serve({ transport, units: [unit] });
  const expected = reply.replaceAll(' ', '');
  expect(await wire.ask(request, expected.length / 2)).toBe(expected);
}

describe('published and computed frames', () => {
  test('XY-MD02 at 30.5 °C and 54.6 %', () =>
    expectExchange(
      ideal('xy-md02', { temperatureC: 30.5, humidityPercent: 54.6 }),
      '01 04 00 01 00 02 20 0b',
      '01 04 04 01 31 02 22 2a ce',
    ));

  test('XY-MD02 at −20.5 °C', () =>
    expectExchange(
      ideal('xy-md02', { temperatureC: -20.5, humidityPercent: 54.6 }),
      '01 04 00 01 00 02 20 0b',
      '01 04 04 ff 33 02 22 ba e6',
    ));

  test('XY-MD02, one register', () =>
    expectExchange(ideal('xy-md02', { temperatureC: -20.5 }), '01 04 00 01 00 01 60 0a', '01 04 02 ff 33 b8 d5'));

  test('a hole is exception 02 to function 04', async () => {
    const { wire, simulator } = await serve({ transport, units: [ideal('xy-md02', {})] });
    simulator.inject({ kind: 'hole', unit: 1, from: 2, to: 2 });
    expect(await wire.ask('01 04 00 01 00 02 20 0b', 5)).toBe('018402c2c1');
  });

  test('a hole is exception 02 to function 03', () =>
    expectExchange({ unit: 1, map: { entries: [] } }, '01 03 00 00 00 02 c4 0b', '01 83 02 c0 f1'));

  test('QDY30A reads all: address, baud, unit cm, one decimal, 325.0 cm, zero, full', () =>
    expectExchange(
      ideal('qdy30a', { levelM: 3.25 }),
      '01 03 00 00 00 07 04 08',
      '01 03 0e 00 01 00 03 00 01 00 01 0c b2 00 00 27 10 dd 6a',
    ));

  test('TUF-2000M has its flow in R1, low register first', () =>
    expectExchange(
      ideal('tuf-2000m', { flowM3PerHour: 123.4, velocityMPerS: 1 }),
      '01 03 00 00 00 02 c4 0b',
      '01 03 04 cc cd 42 f6 e4 7a',
    ));

  test('ASCII: the same protocol data units between colon and line end', async () => {
    const { wire } = await serve({
      transport: { kind: 'ascii-over-tcp', port: 0 },
      units: [ideal('xy-md02', { temperatureC: 30.5, humidityPercent: 54.6 })],
    });
    const text = Buffer.from(':010400010002F8\r\n', 'latin1').toString('hex');
    expect(Buffer.from(await wire.ask(text, 19), 'hex').toString('latin1')).toBe(':01040401310222A1\r\n');
  });
});

describe('requests on a stream', () => {
  const unit = ideal('xy-md02', { temperatureC: 30.5, humidityPercent: 54.6 });

  test('cut anywhere, and with noise before them, they are answered once', async () => {
    const { wire, events } = await serve({ transport, units: [unit] });
    wire.send('55 aa 01 04 00');
    wire.send('01 00 02 20 0b');
    expect(await wire.take(9)).toBe('010404013102222ace');
    expect(events.map(({ kind }) => kind)).toEqual(['request', 'answer']);
  });

  test('another unit stays silent, and a broadcast write is obeyed without an answer', async () => {
    const { wire } = await serve({ transport, units: [unit] });
    wire.send('02 04 00 01 00 02 20 38');
    // Function 06 to unit 0: temperature correction 0x0103 = −1.0 K.
    wire.send('00 06 01 03 ff f6 b8 51');
    expect(await wire.ask('01 04 00 01 00 02 20 0b', 9)).toMatch(/^0104040127/);
  });
});
