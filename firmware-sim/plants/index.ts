import { pigHouse } from './pig-house.js';
import type { PlantKind } from './plant-kind.js';
import { slurryStation } from './slurry-station.js';

/** Every kind of plant by the name a plant's description uses. */
export const plantKinds = {
  'pig-house': pigHouse,
  'slurry-station': slurryStation,
} as const satisfies Record<string, PlantKind>;

export type PlantKindName = keyof typeof plantKinds;
