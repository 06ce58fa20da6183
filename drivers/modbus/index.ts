export { modbus } from './definition.js';
