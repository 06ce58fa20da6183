import type { DeviceModel } from '../../gateway/contract/index.js';

/** A happening in a plant: the commands that make it. */
export type PlantEvents = Readonly<Record<string, Readonly<Record<string, number | boolean>>>>;

/** A kind of plant: its physics and what can happen in it. */
export interface PlantKind {
  readonly events: PlantEvents;
  create(seed: number): DeviceModel;
}
