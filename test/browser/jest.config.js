import base from '../../jest.config.js';

/** The playground in a real browser: `npm run test:browser`. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Replies are written at a human pace, and a bot that is killed takes a while to be back.
  testTimeout: 60_000,
  // A browser, a bot and a Slack a worker are enough for two cores.
  maxWorkers: 1,
};
