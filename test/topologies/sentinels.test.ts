import { startSentinels } from '../support/redis-sentinels.js';
import { everySuite } from './suites.js';

everySuite('a master that Sentinels name', startSentinels);
