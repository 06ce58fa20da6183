export { sl651 } from './definition.js';
