import type { DeviceModel } from '../../gateway/contract/index.js';
import type { Random } from '../random.js';
import type { RegisterMap } from '../registers/register-map.js';

/** What an instrument is built on. */
export interface DeviceOptions {
  /** What it measures and drives: a plant, or still surroundings. */
  readonly surroundings: DeviceModel;
  /** Left out, the instrument is ideal: no noise, no lag, no error of its own. */
  readonly random?: Random;
  readonly unit: number;
}

/** A make and model of instrument: its registers and its physics. */
export interface DeviceKind {
  readonly map: RegisterMap;
  create(options: DeviceOptions): DeviceModel;
}

/** A quantity of the surroundings; throws when they have none of this name. */
export function quantity(surroundings: DeviceModel, name: string): number {
  const value = surroundings.values[name];
  if (value === undefined) throw new Error(`the surroundings have no "${name}"; the instrument needs it`);
  return Number(value);
}
