/**
 * Preloaded into the bot's process by the bench. Records when HTTP requests arrive and when requests to the model are
 * sent, through Node's diagnostics channels, and sends figures to the parent on request. The bot's own code is
 * unchanged.
 */
import diagnostics from 'node:diagnostics_channel';

const timestamps = { received: [], modelRequests: [] };
const now = () => performance.timeOrigin + performance.now();

diagnostics.subscribe('http.server.request.start', () => timestamps.received.push(now()));
diagnostics.subscribe('undici:client:sendHeaders', ({ request }) => {
  if (request.path.endsWith('/chat/completions')) timestamps.modelRequests.push(now());
});
process.on('message', (what) => {
  if (what === 'timestamps') return process.send?.(timestamps);
  if (what === 'rss') return process.send?.(process.memoryUsage().rss);
  globalThis.gc();
  return process.send?.(process.memoryUsage().heapUsed);
});
