export { files } from './definition.js';
