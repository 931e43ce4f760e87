/** The page's only way to the server. */

/** Everything that can be asked for is answered in a small part of it. */
const PATIENCE_MS = 10_000;
/** Until a connection that was lost is tried again; the last one from then on. */
const AGAIN_MS = [250, 500, 1_000, 2_000];

/** Rejects with an Error that says, in the server's words if there are any, what is wrong. */
function post(path, body) {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return ask(path, request, 'It may have heard you all the same: look before you try again.');
}

/** `late`: what more to say when no answer comes in time. */
async function ask(path, request, late = '') {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  let response, answer;
  try {
    response = await fetch(path, { ...request, signal: patience.signal });
    answer = await response.json();
  } catch {
    if (!patience.signal.aborted) throw new Error('The playground does not answer. Is it still running?');
    throw new Error(`The playground does not answer: nothing came for ${PATIENCE_MS / 1000} seconds. ${late}`.trim());
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export const sayThere = (saying) => post('/say', saying);
export const editThere = (edit) => post('/edit', edit);
export const removeThere = (removal) => post('/remove', removal);
/** Adds a reaction, or takes it away when it was there. */
export const reactThere = (reaction) => post('/react', reaction);
export const readThere = (reading) => post('/read', reading);
/** Resolves with `{ said }`, a sentence about what happens now. */
export const faultThere = (kind) => post('/fault', { kind });
/** What the bot knows of a conversation; `thread` is '' for a DM's top level. */
export const inspectionOf = ({ channel, thread }) =>
  ask(`/inspect?${new URLSearchParams({ channel, ...(thread && { thread }) })}`);

/**
 * Calls the listener of an event's name with what it brings; `state` comes first, and again whenever the connection was
 * lost and is back. `lost` is called when it was lost, and each time that it could not be had.
 */
export function listen({ lost, ...listeners }) {
  let failures = 0;
  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}/events`);
    socket.addEventListener('message', ({ data: message }) => {
      failures = 0;
      const { name, data } = JSON.parse(message);
      listeners[name](data);
    });
    socket.addEventListener('close', () => {
      setTimeout(connect, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
      failures += 1;
      lost();
    });
  };
  connect();
}
