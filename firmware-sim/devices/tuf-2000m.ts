import type { RegisterEntry, RegisterMap } from '../registers/register-map.js';
import type { ValueType } from '../registers/value-type.js';
import { type DeviceKind, quantity } from './device-kind.js';
import { Sensor } from './sensor.js';

/** The manual counts registers from 1: R1 is address 0. Two-register values have the low register first. */
const named = (register: number, tag: string, type: ValueType): RegisterEntry => ({
  area: 'holding',
  address: register - 1,
  tag,
  type,
  order: 'CDAB',
});

const map: RegisterMap = {
  entries: [
    named(1, 'flowM3PerHour', 'float32'),
    named(5, 'velocityMPerS', 'float32'),
    named(9, 'positiveTotalM3', 'int32'),
    named(13, 'negativeTotalM3', 'int32'),
    named(25, 'netTotalM3', 'int32'),
    named(72, 'errorBits', 'uint16'),
    named(92, 'signalQualityPercent', 'uint16'),
    named(93, 'upstreamStrength', 'uint16'),
    named(94, 'downstreamStrength', 'uint16'),
    named(103, 'runHours', 'int32'),
  ],
  fixed: [{ area: 'holding', address: 0, words: Array.from({ length: 128 }, () => 0) }],
  functions: [0x03, 0x06],
};

const msPerHour = 3_600_000;

/** TUF-2000M clamp-on ultrasonic flow meter. Totals count whole cubic metres. */
export const tuf2000m: DeviceKind = {
  map,
  create({ surroundings, random }) {
    const flow = new Sensor(
      surroundings,
      { quantity: 'flowM3PerHour', range: [-1000, 1000], lagMs: 3000, noise: 0.4, spread: 0.9 },
      random,
    );
    let [positiveM3, negativeM3, runMs] = [0, 0, 0];
    return {
      get values() {
        const pipeM2 = quantity(surroundings, 'flowM3PerHour') / 3600 / quantity(surroundings, 'velocityMPerS');
        return {
          flowM3PerHour: flow.value,
          velocityMPerS: Number.isFinite(pipeM2) ? flow.value / 3600 / pipeM2 : 0,
          positiveTotalM3: Math.floor(positiveM3),
          negativeTotalM3: Math.floor(negativeM3),
          netTotalM3: Math.floor(positiveM3 - negativeM3),
          errorBits: 0,
          signalQualityPercent: 87,
          upstreamStrength: 1520,
          downstreamStrength: 1498,
          runHours: Math.floor(runMs / msPerHour),
        };
      },
      advance(byMs) {
        flow.advance(byMs);
        const movedM3 = (flow.value * byMs) / msPerHour;
        positiveM3 += Math.max(0, movedM3);
        negativeM3 += Math.max(0, -movedM3);
        runMs += byMs;
      },
      command() {},
    };
  },
};
