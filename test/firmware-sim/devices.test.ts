import { describe, expect, test } from '@jest/globals';
import { deviceKinds, Random, stillSurroundings, type UnitSpec } from '../../firmware-sim/index.js';
import { plantKinds } from '../../firmware-sim/index.js';
import { serve } from './field.js';

const transport = { kind: 'tcp', port: 0 } as const;

function instrument(kind: keyof typeof deviceKinds, surroundings = stillSurroundings()): UnitSpec {
  return { unit: 1, map: deviceKinds[kind].map, model: deviceKinds[kind].create({ unit: 1, surroundings }) };
}

const hex = (number: number, digits = 4) => number.toString(16).padStart(digits, '0');

/** Asks unit 1 over a connection of its own; resolves to the answer's data as hex, or `exception N`. */
async function talk(unit: UnitSpec) {
  const { wire } = await serve({ transport, units: [unit] });
  return async (pdu: string): Promise<string> => {
    const bytes = pdu.replaceAll(' ', '');
    const reply = await wire.ask(`0001 0000 ${hex(bytes.length / 2 + 1)} 01 ${bytes}`, 9);
    return Number.parseInt(reply.slice(14, 16), 16) >= 0x80 ? `exception ${reply.slice(16)}` : reply.slice(18);
  };
}

describe('KinCony SHT30', () => {
  test('−3.0 °C is 10030 in the integer register and −3 in the float', async () => {
    const ask = await talk(instrument('kincony-sht30', stillSurroundings({ temperatureC: -3 })));
    expect(await ask('04 0000 0004')).toBe(`${hex(10_030)}${hex(600)}c0400000`);
  });
});

describe('QDY30A', () => {
  test('the same level counts differently by the unit and decimals set in it', async () => {
    const ask = await talk(instrument('qdy30a', stillSurroundings({ levelM: 2.5 })));
    expect(await ask('03 0004 0001')).toBe(hex(2500));
    await ask('06 0002 0002');
    await ask('06 0003 0000');
    expect(await ask('03 0002 0003')).toBe(`00020000${hex(2500)}`);
    await ask('06 0002 0005');
    await ask('06 0003 0002');
    expect(await ask('03 0004 0001')).toBe(hex(2452));
  });
});

describe('TUF-2000M', () => {
  test('knows functions 03 and 06 alone', async () => {
    const ask = await talk(instrument('tuf-2000m'));
    expect(await ask('04 0000 0002')).toBe('exception 01');
  });

  test('counts what has flowed into R9', async () => {
    const unit = instrument('tuf-2000m', stillSurroundings({ flowM3PerHour: 180 }));
    unit.model?.advance(2 * 3_600_000);
    const ask = await talk(unit);
    expect(await ask('03 0008 0002')).toBe('01680000');
  });
});

describe('DTSU666', () => {
  test('phase voltage, line voltage and power fit each other', () => {
    const { values } = deviceKinds.dtsu666.create({ unit: 1, surroundings: stillSurroundings({ powerKw: 12 }) });
    expect(values['uaV']).toBe(230);
    expect(values['uabV']).toBeCloseTo(230 * Math.sqrt(3), 6);
    expect(Number(values['phaseAKw']) + Number(values['phaseBKw']) + Number(values['phaseCKw'])).toBeCloseTo(12, 9);
  });

  test('without mains it shows no voltage and counts nothing', () => {
    const surroundings = stillSurroundings({ mainsPhaseV: 0 });
    const meter = deviceKinds.dtsu666.create({ unit: 1, surroundings });
    meter.advance(3_600_000);
    expect([meter.values['uaV'], meter.values['totalKw'], meter.values['importKwh']]).toEqual([0, 0, 0]);
  });
});

describe('drive', () => {
  test('a frequency written to it turns the fans of the house', async () => {
    const house = plantKinds['pig-house'].create(1);
    const ask = await talk({
      unit: 1,
      map: deviceKinds.vfd.map,
      model: deviceKinds.vfd.create({ unit: 1, surroundings: house }),
    });
    await ask('06 2001 1388');
    house.advance(60_000);
    expect(await ask('03 2103 0001')).toBe(hex(5000));
    await ask('06 2000 0001');
    house.advance(60_000);
    expect(await ask('03 2103 0001')).toBe('0000');
  });
});

describe('measurement', () => {
  test('the same seed gives the same noise, another seed another', () => {
    const course = (seed: number) => {
      const sensor = deviceKinds.nh3.create({ unit: 1, surroundings: stillSurroundings(), random: new Random(seed) });
      return Array.from({ length: 20 }, () => {
        sensor.advance(1000);
        return sensor.values['nh3Ppm'];
      });
    };
    expect(course(3)).toEqual(course(3));
    expect(course(4)).not.toEqual(course(3));
  });

  test('a gas beyond the range of its cell shows the end of the range', () => {
    const cell = deviceKinds.h2s.create({ unit: 1, surroundings: stillSurroundings({ h2sPpm: 400 }) });
    expect(cell.values['h2sPpm']).toBe(100);
  });
});
