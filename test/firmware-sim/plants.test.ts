import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeviceModel } from '../../gateway/contract/index.js';
import { type PlantKindName, plantKinds } from '../../firmware-sim/index.js';

const minuteMs = 60_000;
const at = (model: DeviceModel, tag: string): number => Number(model.values[tag]);

function happen(kind: PlantKindName, model: DeviceModel, event: string): void {
  for (const [tag, value] of Object.entries(plantKinds[kind].events[event] ?? {})) model.command(tag, value);
}

describe('pig house', () => {
  test('stays within comfort for a whole day when nothing happens', () => {
    const house = plantKinds['pig-house'].create(11);
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      house.advance(minuteMs);
      expect(at(house, 'temperatureC')).toBeGreaterThan(20);
      expect(at(house, 'temperatureC')).toBeLessThan(27);
      expect(at(house, 'humidityPercent')).toBeLessThan(80);
      expect(at(house, 'co2Ppm')).toBeLessThan(2600);
      expect(at(house, 'nh3Ppm')).toBeLessThan(20);
      expect(at(house, 'h2sPpm')).toBeLessThan(1);
    }
  });

  test('after total fan loss carbon dioxide rises by 150 to 170 ppm a minute and the air warms by 0.3 K a minute', () => {
    const house = plantKinds['pig-house'].create(5);
    house.advance(10 * minuteMs);
    happen('pig-house', house, 'fans lose power');
    expect(at(house, 'mainsPhaseV')).toBe(0);
    house.advance(minuteMs);
    const [co2Ppm, temperatureC] = [at(house, 'co2Ppm'), at(house, 'temperatureC')];
    house.advance(4 * minuteMs);
    expect((at(house, 'co2Ppm') - co2Ppm) / 4).toBeGreaterThan(150);
    expect((at(house, 'co2Ppm') - co2Ppm) / 4).toBeLessThan(170);
    expect((at(house, 'temperatureC') - temperatureC) / 4).toBeGreaterThan(0.25);
    happen('pig-house', house, 'fans have power');
    house.advance(60 * minuteMs);
    expect(at(house, 'co2Ppm')).toBeLessThan(1600);
  });

  test('stirred slurry brings hydrogen sulphide beyond 60 ppm in two minutes, and it goes when calm', () => {
    const house = plantKinds['pig-house'].create(5);
    happen('pig-house', house, 'slurry agitation');
    house.advance(2 * minuteMs);
    expect(at(house, 'h2sPpm')).toBeGreaterThan(40);
    expect(at(house, 'h2sPpm')).toBeLessThan(75);
    happen('pig-house', house, 'slurry calm');
    house.advance(60 * minuteMs);
    expect(at(house, 'h2sPpm')).toBeLessThan(1);
  });
});

describe('slurry station', () => {
  test('holds level, flow and pressure for a day', () => {
    const station = plantKinds['slurry-station'].create(3);
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      station.advance(minuteMs);
      expect(at(station, 'levelM')).toBeGreaterThan(2);
      expect(at(station, 'levelM')).toBeLessThan(4);
      expect(at(station, 'pressureMpa')).toBeGreaterThan(10);
      expect(at(station, 'pressureMpa')).toBeLessThan(14);
    }
  });

  test('a tripped pump lets pressure fall to its static height and the sump fill', () => {
    const station = plantKinds['slurry-station'].create(3);
    happen('slurry-station', station, 'pump trip');
    const levelM = at(station, 'levelM');
    station.advance(5 * minuteMs);
    expect(at(station, 'flowM3PerHour')).toBeCloseTo(0, 1);
    expect(at(station, 'pressureMpa')).toBeCloseTo(1.5, 2);
    expect(at(station, 'levelM')).toBeCloseTo(levelM + (188 * 5) / 60 / 60, 0);
  });

  test('a growing plug raises pressure at the same flow', () => {
    const station = plantKinds['slurry-station'].create(3);
    happen('slurry-station', station, 'plug growing');
    station.advance(5 * minuteMs);
    expect(at(station, 'flowM3PerHour')).toBeCloseTo(188, -1);
    expect(at(station, 'pressureMpa')).toBeGreaterThan(13);
  });
});

test.each(Object.keys(plantKinds) as PlantKindName[])('%s runs the same however its time is cut', (kind) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 20 }), fc.integer(), (pieces, seed) => {
      const cut = plantKinds[kind].create(seed);
      const whole = plantKinds[kind].create(seed);
      for (const piece of pieces) cut.advance(piece);
      whole.advance(pieces.reduce((sum, piece) => sum + piece, 0));
      expect(cut.values).toEqual(whole.values);
    }),
    { numRuns: 50 },
  );
});
