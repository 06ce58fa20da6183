import type { RegisterMap } from '../registers/register-map.js';
import type { DeviceKind } from './device-kind.js';
import { Sensor } from './sensor.js';

/** The vendor's sign: 10000 and above is negative, so −3.0 °C is 10030 and never two's complement. */
const signByTenThousand = (counts: number): number => (Math.round(counts) < 0 ? 10_000 - Math.round(counts) : counts);

const map: RegisterMap = {
  entries: [
    { area: 'input', address: 0x0000, tag: 'temperatureC', type: 'uint16', step: 0.1, coded: signByTenThousand },
    { area: 'input', address: 0x0001, tag: 'humidityPercent', type: 'uint16', step: 0.1 },
    { area: 'input', address: 0x0002, tag: 'temperatureC', type: 'float32' },
    { area: 'input', address: 0x0004, tag: 'humidityPercent', type: 'float32' },
  ],
  functions: [0x04],
};

/** KinCony SHT30, temperature and humidity: the same values as integers and as floats. */
export const kinconySht30: DeviceKind = {
  map,
  create({ surroundings, random }) {
    const temperature = new Sensor(
      surroundings,
      { quantity: 'temperatureC', range: [-40, 125], lagMs: 15_000, noise: 0.02, spread: 0.1 },
      random,
    );
    const humidity = new Sensor(
      surroundings,
      { quantity: 'humidityPercent', range: [0, 100], lagMs: 10_000, noise: 0.1, spread: 1 },
      random,
    );
    return {
      get values() {
        return { temperatureC: temperature.value, humidityPercent: humidity.value };
      },
      advance(byMs) {
        temperature.advance(byMs);
        humidity.advance(byMs);
      },
      command() {},
    };
  },
};
