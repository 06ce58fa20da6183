import { DeviceFault, Quality } from '../../gateway/contract/index.js';
import { DamagedAnswer, NoAnswer, Refusal } from './register-bus.js';

/** What went wrong with one read of a unit. Everything else concerns the whole link, or is our bug. */
export type ReadFault = Refusal | NoAnswer | DamagedAnswer;

export const isReadFault = (error: unknown): error is ReadFault =>
  error instanceof Refusal || error instanceof NoAnswer || error instanceof DamagedAnswer;

/** Exceptions that say something of the addresses asked for. */
export const isAddressRefusal = (fault: ReadFault): fault is Refusal =>
  fault instanceof Refusal && (fault.code === 2 || fault.code === 3);

const gatewayPath = 10;
const gatewayTarget = 11;

interface Verdict {
  readonly quality: number;
  /** The unit itself said something. */
  readonly answered: boolean;
  readonly hint: string;
}

/** Modbus Application Protocol V1.1b3 §7. */
function verdictOf(fault: ReadFault): Verdict {
  if (fault instanceof NoAnswer) {
    const hint = 'check power, wiring, unit id and line settings';
    return { quality: Quality['bad-no-answer'], answered: false, hint };
  }
  if (fault instanceof DamagedAnswer) {
    const hint = 'check termination, shield, speed and parity, and that no two units have this id';
    // Noise on the line says nothing of the unit: a dead one on a noisy line must not count as alive.
    return { quality: Quality['bad-frame'], answered: false, hint };
  }
  switch (fault.code) {
    case 1:
    case 2:
    case 3:
      return { quality: Quality['bad-configuration'], answered: true, hint: 'check the register map of the profile' };
    case 4:
    case 8:
      return { quality: Quality['bad-device-failure'], answered: true, hint: 'look at the device itself' };
    case gatewayPath:
    case gatewayTarget: {
      const hint = 'the gateway answers, the unit behind it does not: check its power, wiring and unit id';
      return { quality: Quality['bad-no-answer'], answered: false, hint };
    }
    default:
      return { quality: Quality.bad, answered: true, hint: 'the next poll asks again' };
  }
}

export const qualityOf = (fault: ReadFault): number => verdictOf(fault).quality;
export const isAnswer = (fault: ReadFault): boolean => verdictOf(fault).answered;

/** The fault of a poll that read nothing. `asked` says what was tried, on which device. */
export function deviceFault(asked: string, fault: ReadFault): DeviceFault {
  const { quality, answered, hint } = verdictOf(fault);
  return new DeviceFault(`${asked}: ${fault.message}; ${hint}`, quality, { answered, cause: fault });
}
