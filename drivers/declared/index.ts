export { declared } from './definition.js';
