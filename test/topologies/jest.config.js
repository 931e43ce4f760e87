import base from '../../jest.config.js';

/** The suites on every kind of Redis there is: `npm run test:redis-topologies`. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/topologies'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Failing over takes servers a while.
  testTimeout: 60_000,
};
