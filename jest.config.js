import { availableParallelism } from 'node:os';

/** Native ESM: run with `npm test`, which sets --experimental-vm-modules. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // These need a browser or several servers: `npm run test:browser`, `npm run test:redis-topologies`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/', '<rootDir>/test/topologies/'],
  globalSetup: '<rootDir>/scripts/build-for-tests.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  // Imports end in ".js", as after the build; the source files end in ".ts".
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testTimeout: 20_000,
  // More than the cores: slow tests mostly wait for servers, processes and reconnections.
  maxWorkers: availableParallelism() + 3,
};
