export { mqtt } from './json/definition.js';
export { sparkplug } from './sparkplug/definition.js';
