import type { RegisterEntry, RegisterMap } from '../registers/register-map.js';
import { type DeviceKind, quantity } from './device-kind.js';

const float = (address: number, tag: string): RegisterEntry => ({ area: 'holding', address, tag, type: 'float32' });

const map: RegisterMap = {
  entries: [
    float(0x2000, 'uabV'),
    float(0x2002, 'ubcV'),
    float(0x2004, 'ucaV'),
    float(0x2006, 'uaV'),
    float(0x2008, 'ubV'),
    float(0x200a, 'ucV'),
    float(0x200c, 'iaA'),
    float(0x200e, 'ibA'),
    float(0x2010, 'icA'),
    float(0x2012, 'totalKw'),
    float(0x2014, 'phaseAKw'),
    float(0x2016, 'phaseBKw'),
    float(0x2018, 'phaseCKw'),
    float(0x201a, 'totalKvar'),
    float(0x202a, 'powerFactor'),
    float(0x2044, 'frequencyHz'),
    float(0x401e, 'importKwh'),
    float(0x4028, 'exportKwh'),
  ],
  functions: [0x03],
};

const powerFactor = 0.85;
/** What each phase has of the total: no panel is balanced. */
const shares = [0.345, 0.333, 0.322] as const;
const msPerHour = 3_600_000;

/** Chint DTSU666 three-phase meter, the plain one in volts, amperes and kilowatts. Mains at 50 Hz, a lagging load. */
export const dtsu666: DeviceKind = {
  map,
  create({ surroundings, random }) {
    let importKwh = 0;
    const phases = [0, 0, 0].map(() => 1 + (random?.normal(0.003) ?? 0));
    return {
      get values() {
        const phaseV = quantity(surroundings, 'mainsPhaseV');
        const totalKw = phaseV > 0 ? quantity(surroundings, 'powerKw') : 0;
        const [ua = 0, ub = 0, uc = 0] = phases.map((factor) => factor * phaseV);
        const [pa, pb, pc] = shares.map((share) => share * totalKw) as [number, number, number];
        const current = (kw: number, volts: number) => (volts > 0 ? (kw * 1000) / (volts * powerFactor) : 0);
        const across = (one: number, other: number) => Math.sqrt(one * one + other * other + one * other);
        return {
          uabV: across(ua, ub),
          ubcV: across(ub, uc),
          ucaV: across(uc, ua),
          uaV: ua,
          ubV: ub,
          ucV: uc,
          iaA: current(pa, ua),
          ibA: current(pb, ub),
          icA: current(pc, uc),
          totalKw,
          phaseAKw: pa,
          phaseBKw: pb,
          phaseCKw: pc,
          totalKvar: totalKw * Math.tan(Math.acos(powerFactor)),
          powerFactor: totalKw > 0 ? powerFactor : 0,
          frequencyHz: phaseV > 0 ? 50 : 0,
          importKwh,
          exportKwh: 0,
        };
      },
      advance(byMs) {
        const totalKw = quantity(surroundings, 'mainsPhaseV') > 0 ? quantity(surroundings, 'powerKw') : 0;
        importKwh += (totalKw * byMs) / msPerHour;
      },
      command() {},
    };
  },
};
