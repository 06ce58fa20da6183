export { szy206 } from './definition.js';
