import { availableParallelism } from 'node:os';

/** Native ESM: run through `npm test`, which sets --experimental-vm-modules. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // They need a browser, or several servers: `npm run test:browser`, `npm run test:redis-topologies`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/', '<rootDir>/test/topologies/'],
  globalSetup: '<rootDir>/scripts/build-for-tests.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  // Sources name their imports with the ".js" they have after the build.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testTimeout: 20_000,
  // The slow ones wait more than they compute: for servers, for processes to start, for a socket to be opened again.
  maxWorkers: availableParallelism() + 1,
};
