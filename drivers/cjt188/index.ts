export { cjt188 } from './definition.js';
