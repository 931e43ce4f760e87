/**
 * Preloaded into the bot's process by the bench. Records when HTTP requests arrive and when requests to the model are
 * sent, through Node's diagnostics channels, and sends figures to the parent on request. The bot's own code is
 * unchanged.
 */
import diagnostics from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const timestamps = { received: [], modelRequests: [] };
const now = () => performance.timeOrigin + performance.now();

diagnostics.subscribe('http.server.request.start', () => timestamps.received.push(now()));
diagnostics.subscribe('undici:client:sendHeaders', ({ request }) => {
  if (request.path.endsWith('/chat/completions')) timestamps.modelRequests.push(now());
});

/** The histogram contains it. */
const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const lateMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);

/** CPU and memory since the start; the event loop's delay since the last question. */
function usage() {
  const { user, system } = process.cpuUsage();
  const [p50, p99] = [50, 99].map((percent) => lateMs(delay.percentile(percent)));
  const loopDelayMs = { p50, p99, max: lateMs(delay.max) };
  delay.reset();
  delay.enable();
  const { maxRSS } = process.resourceUsage();
  return { cpuMs: (user + system) / 1e3, rssBytes: process.memoryUsage().rss, peakBytes: maxRSS * 1024, loopDelayMs };
}

process.on('message', (what) => {
  if (what === 'timestamps') return process.send?.(timestamps);
  if (what === 'rss') return process.send?.(process.memoryUsage().rss);
  if (what === 'usage') return process.send?.(usage());
  globalThis.gc();
  return process.send?.(process.memoryUsage().heapUsed);
});
