import type { DeviceKind } from './device-kind.js';
import { Sensor, type SensorSpec } from './sensor.js';

/** An instrument with one holding register: a quantity in steps, below zero as two's complement. */
function transmitter(spec: SensorSpec, step: number): DeviceKind {
  return {
    map: {
      entries: [{ area: 'holding', address: 0x0000, tag: spec.quantity, type: 'int16', step }],
      functions: [0x03],
    },
    create({ surroundings, random }) {
      const sensor = new Sensor(surroundings, spec, random);
      return {
        get values() {
          return { [spec.quantity]: sensor.value };
        },
        advance: (byMs) => sensor.advance(byMs),
        command() {},
      };
    },
  };
}

/** Electrochemical ammonia cell, 0–100 ppm in tenths. */
export const nh3Transmitter = transmitter(
  { quantity: 'nh3Ppm', range: [0, 100], lagMs: 60_000, noise: 0.1, spread: 1 },
  0.1,
);

/** Infrared carbon dioxide, 0–5000 ppm in whole ppm. */
export const co2Transmitter = transmitter(
  { quantity: 'co2Ppm', range: [0, 5000], lagMs: 30_000, noise: 5, spread: 30 },
  1,
);

/** Electrochemical hydrogen sulphide cell, 0–100 ppm in tenths. */
export const h2sTransmitter = transmitter(
  { quantity: 'h2sPpm', range: [0, 100], lagMs: 20_000, noise: 0.03, spread: 0.1 },
  0.1,
);

/** Pressure, 0–25 MPa in kPa. */
export const pressureTransmitter = transmitter(
  { quantity: 'pressureMpa', range: [0, 25], lagMs: 0, noise: 0.005, spread: 0.01 },
  0.001,
);
