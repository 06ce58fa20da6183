const { TestEnvironment } = require('jest-environment-node');

const arrays = [
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
];

/**
 * Jest gives a test the ArrayBuffer of Node and typed arrays of its own, whose buffers are then no ArrayBuffer for
 * node-opcua, which asks. Here all are those of Node.
 */
module.exports = class OneRealm extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of arrays) this.global[name] = globalThis[name];
  }
};
