import type { RegisterMap } from '../registers/register-map.js';
import type { DeviceKind } from './device-kind.js';
import { Sensor } from './sensor.js';

const map: RegisterMap = {
  entries: [
    { area: 'holding', address: 0, tag: 'unit', type: 'uint16' },
    { area: 'holding', address: 1, tag: 'baudCode', type: 'uint16' },
    { area: 'holding', address: 2, tag: 'unitCode', type: 'uint16', writable: true },
    { area: 'holding', address: 3, tag: 'decimals', type: 'uint16', writable: true },
    { area: 'holding', address: 4, tag: 'counts', type: 'int16' },
    { area: 'holding', address: 5, tag: 'zeroCounts', type: 'int16' },
    { area: 'holding', address: 6, tag: 'fullCounts', type: 'int16' },
  ],
  functions: [0x03, 0x06],
};

const fullM = 10;
/** kPa one metre of water weighs. */
const kpaPerM = 9.80665;

/** A level as each unit code shows it: 1 cm, 2 mm, 3 MPa, 4 Pa, 5 kPa, 6 mA. */
function inUnit(levelM: number, unitCode: number): number {
  switch (unitCode) {
    case 1:
      return levelM * 100;
    case 2:
      return levelM * 1000;
    case 3:
      return (levelM * kpaPerM) / 1000;
    case 4:
      return levelM * kpaPerM * 1000;
    case 5:
      return levelM * kpaPerM;
    case 6:
      return 4 + (16 * levelM) / fullM;
    default:
      return 0;
  }
}

/** QDY30A submersible level transmitter, 0–10 m of water. What its value means stands in two registers beside it. */
export const qdy30a: DeviceKind = {
  map,
  create({ surroundings, random, unit }) {
    const level = new Sensor(
      surroundings,
      { quantity: 'levelM', range: [0, fullM], lagMs: 2000, noise: 0.002, spread: 0.01 },
      random,
    );
    const settings: Record<string, number> = { unitCode: 1, decimals: 1 };
    return {
      get values() {
        const { unitCode = 1, decimals = 1 } = settings;
        const counts = (levelM: number) => inUnit(levelM, unitCode) * 10 ** decimals;
        return {
          unit,
          baudCode: 3,
          ...settings,
          counts: counts(level.value),
          zeroCounts: counts(0),
          fullCounts: counts(fullM),
        };
      },
      advance: (byMs) => level.advance(byMs),
      command(tag, value) {
        settings[tag] = Number(value);
      },
    };
  },
};
