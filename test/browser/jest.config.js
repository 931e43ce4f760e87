import base from '../../jest.config.js';

/** The playground in a real browser: `npm run test:browser`. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // The stand-in writes at its real pace, and a killed bot takes a while to restart.
  testTimeout: 60_000,
  // With a browser, a bot and a simulator each. Mostly they wait for what the page shows.
  maxWorkers: 2,
};
