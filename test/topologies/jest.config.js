import base from '../../jest.config.js';

/** Runs the suites on every kind of Redis deployment: `npm run test:redis-topologies`. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/topologies'],
  testPathIgnorePatterns: ['/node_modules/'],
  // A failover takes a while.
  testTimeout: 60_000,
};
