/**
 * Loaded into the bot's process by the bench: notes when requests come in and when the model's are sent, by what Node
 * itself publishes, and tells when it is asked. The bot is as it always is.
 */
import diagnostics from 'node:diagnostics_channel';

const notes = { received: [], asked: [] };
const now = () => performance.timeOrigin + performance.now();

diagnostics.subscribe('http.server.request.start', () => notes.received.push(now()));
diagnostics.subscribe('undici:client:sendHeaders', ({ request }) => {
  if (request.path.endsWith('/chat/completions')) notes.asked.push(now());
});
process.on('message', (what) => {
  if (what === 'notes') return process.send?.(notes);
  if (what === 'rss') return process.send?.(process.memoryUsage().rss);
  globalThis.gc();
  return process.send?.(process.memoryUsage().heapUsed);
});
