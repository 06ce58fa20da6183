export { http } from './definition.js';
