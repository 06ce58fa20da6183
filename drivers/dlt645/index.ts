export { dlt645 } from './definition.js';
