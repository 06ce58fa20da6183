const { join } = require('node:path');
const { tmpdir } = require('node:os');

// Workers inherit the environment: each appends the tests it skips for want of a peer.
process.env.SLUICE_SKIPS_FILE ??= join(tmpdir(), `sluice-skips-${process.pid}.txt`);

module.exports = {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/seed.ts'],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // node-opcua requires this module of ECMAScript, which jest cannot before Node 24.9.
    '^hexy$': '<rootDir>/test/drivers/opcua/hexy.cjs',
  },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } }],
  },
  reporters: ['default', '<rootDir>/test/support/skips-reporter.cjs'],
  testTimeout: 30000,
  maxWorkers: 2,
};
