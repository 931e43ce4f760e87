import { startSecureRedis } from '../support/redis-security.js';
import { everySuite } from './suites.js';

everySuite('a server with TLS and a password', startSecureRedis);
