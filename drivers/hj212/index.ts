export type { HistoryKind } from './data-kinds.js';
export { hj212 } from './definition.js';
export type { Hj212Driver } from './hj212-driver.js';
export type { Outcome } from './station-requests.js';
