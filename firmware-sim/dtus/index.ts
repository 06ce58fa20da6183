export {
  type DtuHabits,
  DtuSimulator,
  type DtuOptions,
  type DtuTally,
  type Endpoint,
  type Range,
} from './dtu-simulator.js';
