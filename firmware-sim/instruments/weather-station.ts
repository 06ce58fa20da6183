import type { DeviceModel } from '../../gateway/contract/index.js';
import type { Instrument } from './instrument.js';

/** A weather station on a mast: NMEA 0183, air (XDR), wind (MWV) and its own place (GGA), once a second. */
export class WeatherStation implements Instrument, DeviceModel {
  readonly everyMs: number;
  #values = { temperature: 23.5, humidity: 65.2, pressure: 1.01325, windAngle: 214.8, windSpeed: 0.1, windValid: true };

  constructor(everyMs = 1000) {
    this.everyMs = everyMs;
  }

  get values(): Readonly<Record<string, number | boolean>> {
    return this.#values;
  }

  advance(): void {}

  command(tag: string, value: number | boolean): void {
    this.#values = { ...this.#values, [tag]: value };
  }

  send(): readonly Buffer[] {
    const { temperature, humidity, pressure, windAngle, windSpeed, windValid } = this.#values;
    return [
      sentence(`YXXDR,C,${temperature},C,AIRT,H,${humidity},P,AIRH,P,${pressure},B,BARO`),
      sentence(`WIMWV,${windAngle},R,${windSpeed},K,${windValid ? 'A' : 'V'}`),
      sentence('GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,'),
    ];
  }
}

function sentence(body: string): Buffer {
  let xor = 0;
  for (const letter of Buffer.from(body, 'latin1')) xor ^= letter;
  return Buffer.from(`$${body}*${xor.toString(16).toUpperCase().padStart(2, '0')}\r\n`, 'latin1');
}
