import { startCluster } from '../support/redis-cluster.js';
import { everySuite } from './suites.js';

everySuite('a cluster of three', startCluster);
