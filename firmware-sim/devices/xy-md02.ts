import type { RegisterMap } from '../registers/register-map.js';
import type { DeviceKind } from './device-kind.js';
import { Sensor } from './sensor.js';

const map: RegisterMap = {
  entries: [
    { area: 'input', address: 0x0001, tag: 'temperatureC', type: 'int16', step: 0.1 },
    { area: 'input', address: 0x0002, tag: 'humidityPercent', type: 'uint16', step: 0.1 },
    { area: 'holding', address: 0x0101, tag: 'unit', type: 'uint16' },
    { area: 'holding', address: 0x0102, tag: 'baud', type: 'uint16' },
    { area: 'holding', address: 0x0103, tag: 'temperatureCorrectionC', type: 'int16', step: 0.1, writable: true },
    { area: 'holding', address: 0x0104, tag: 'humidityCorrectionPercent', type: 'int16', step: 0.1, writable: true },
  ],
  functions: [0x03, 0x04, 0x06, 0x10],
};

/** XY-MD02, temperature and humidity in a DIN-rail box; SHT20 inside. Negative temperatures are two's complement. */
export const xyMd02: DeviceKind = {
  map,
  create({ surroundings, random, unit }) {
    const temperature = new Sensor(
      surroundings,
      { quantity: 'temperatureC', range: [-40, 60], lagMs: 30_000, noise: 0.03, spread: 0.15 },
      random,
    );
    const humidity = new Sensor(
      surroundings,
      { quantity: 'humidityPercent', range: [0, 100], lagMs: 20_000, noise: 0.15, spread: 1 },
      random,
    );
    const corrections: Record<string, number> = { temperatureCorrectionC: 0, humidityCorrectionPercent: 0 };
    return {
      get values() {
        const { temperatureCorrectionC = 0, humidityCorrectionPercent = 0 } = corrections;
        return {
          temperatureC: temperature.value + temperatureCorrectionC,
          humidityPercent: humidity.value + humidityCorrectionPercent,
          unit,
          baud: 9600,
          ...corrections,
        };
      },
      advance(byMs) {
        temperature.advance(byMs);
        humidity.advance(byMs);
      },
      command(tag, value) {
        corrections[tag] = Number(value);
      },
    };
  },
};
