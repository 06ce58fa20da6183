import type { RegisterMap } from '../registers/register-map.js';
import { type DeviceKind, quantity } from './device-kind.js';

const map: RegisterMap = {
  entries: [
    { area: 'holding', address: 0x2000, tag: 'commandBits', type: 'uint16', writable: true },
    { area: 'holding', address: 0x2001, tag: 'setHz', type: 'uint16', step: 0.01, writable: true },
    { area: 'holding', address: 0x2100, tag: 'faultCode', type: 'uint16' },
    { area: 'holding', address: 0x2101, tag: 'statusBits', type: 'uint16' },
    { area: 'holding', address: 0x2102, tag: 'commandHz', type: 'uint16', step: 0.01 },
    { area: 'holding', address: 0x2103, tag: 'outputHz', type: 'uint16', step: 0.01 },
    { area: 'holding', address: 0x2104, tag: 'currentA', type: 'uint16', step: 0.1 },
    { area: 'holding', address: 0x2105, tag: 'dcBusV', type: 'uint16', step: 0.1 },
    { area: 'holding', address: 0x2106, tag: 'outputV', type: 'uint16', step: 0.1 },
  ],
  functions: [0x03, 0x06, 0x10],
};

const stopBits = 0b01;
const runBits = 0b10;
const ratedHz = 50;
const ratedV = 380;
/** Fault code for too low a voltage on the DC bus. */
const lowVoltageFault = 14;

/** A variable frequency drive in the style of Delta's MS300: commands at 2000H, state at 2100H. */
export const vfd: DeviceKind = {
  map,
  create({ surroundings }) {
    let setHz = quantity(surroundings, 'motorCommandHz');
    return {
      get values() {
        const outputHz = quantity(surroundings, 'motorHz');
        const powered = Boolean(surroundings.values['motorPowered']);
        const running = Boolean(surroundings.values['motorRunning']);
        return {
          commandBits: running ? runBits : stopBits,
          setHz,
          faultCode: powered ? 0 : lowVoltageFault,
          statusBits: running && powered ? 0b11 : 0,
          commandHz: quantity(surroundings, 'motorCommandHz'),
          outputHz: powered ? outputHz : 0,
          currentA: quantity(surroundings, 'motorCurrentA'),
          dcBusV: powered ? 537 : 0,
          outputV: powered ? (ratedV * outputHz) / ratedHz : 0,
        };
      },
      advance() {},
      command(tag, value) {
        if (tag === 'setHz') {
          setHz = Number(value);
          surroundings.command('motorCommandHz', setHz);
        } else if (tag === 'commandBits' && (Number(value) & 0b11) === runBits) {
          surroundings.command('motorRunning', true);
        } else if (tag === 'commandBits' && (Number(value) & 0b11) === stopBits) {
          surroundings.command('motorRunning', false);
        }
      },
    };
  },
};
