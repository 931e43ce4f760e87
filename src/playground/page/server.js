/** The page's client for the server. */

/** Every request normally takes a small part of it. */
const TIMEOUT_MS = 10_000;
/** Delay before each attempt to reconnect; the last value repeats. */
const RECONNECT_DELAYS_MS = [250, 500, 1_000, 2_000];

/** Rejects with an Error for the user, with the server's message if there is one. */
function post(path, body) {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return fetchJson(path, request, 'It may have received this anyway: check before you try again.');
}

/** `timeoutHint`: added to the error message on a timeout. */
async function fetchJson(path, request, timeoutHint = '') {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS);
  let response, answer;
  try {
    response = await fetch(path, { ...request, signal: timeout.signal });
    answer = await response.json();
  } catch {
    if (!timeout.signal.aborted) throw new Error("The playground isn't responding. Is it still running?");
    throw new Error(`The playground hasn't responded for ${TIMEOUT_MS / 1000} seconds. ${timeoutHint}`.trim());
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export const sendMessage = (saying) => post('/say', saying);
/** Resolves with `{ id }`, for the `files` of a message. */
export const attachFile = (file) => post('/attach', file);
export const filePath = (id) => `/files/${id}`;
export const editMessage = (edit) => post('/edit', edit);
export const removeMessage = (removal) => post('/remove', removal);
/** Adds a reaction, or removes it if it exists. */
export const toggleReaction = (reaction) => post('/react', reaction);
/** Presses a button of the app in a message: `actionId` and `value` besides where it is. */
export const pressButton = (press) => post('/press', press);
/** Presses Slack's own stop button under a stream. */
export const stopStream = (where) => post('/stop', where);
/** Opens the app's Home tab. */
export const openHome = (user) => post('/home', { user });
/** Uses a shortcut on a message: `user`, `channel`, `ts`, and its `id`. */
export const callShortcut = (use) => post('/shortcut', use);
/** Presses a button in a modal or in the Home tab. */
export const pressInView = (user, { actionId, value }) =>
  post('/pressView', { user, actionId, ...(value !== undefined && { value }) });
/** Submits the modal; `entered` by `action_id`. */
export const submitModal = (user, entered) => post('/submit', { user, entered });
export const closeModal = (user) => post('/closeModal', { user });
export const markRead = (reading) => post('/read', reading);
/** The person opened their DM with the bot. */
export const openMessagesTab = (user) => post('/open', { user });
/** Resolves with `{ said }`, a sentence about what was done. */
export const injectFault = (kind) => post('/fault', { kind });
/** Inspection of a conversation; `thread` is '' for a DM's top level, `run` as in `World`. */
export const fetchInspection = ({ channel, thread, run }) =>
  fetchJson(`/inspect?${new URLSearchParams({ channel, ...(thread && { thread }), ...(run && { run }) })}`);

/**
 * Sets `model`, `temperature`, `systemPrompt` and `baseUrl` for the next message; null is as at the start. Resolves with
 * `{ said }`, a sentence.
 */
export const setModel = (choice) => post('/model', choice);
/**
 * Asks the model again for the answer of `{ channel, thread, run }`; `changes`: `model`, `temperature`, `system`.
 * Resolves with `{ id }`; the answer comes over the feed.
 */
export const startRerun = ({ channel, thread, run, ...changes }) =>
  post('/rerun', { channel, ...(thread && { thread }), run, ...changes });
/** Where a conversation can be downloaded. */
export const exportPath = ({ channel, thread }) =>
  `/export?${new URLSearchParams({ channel, ...(thread && { thread }) })}`;

/**
 * Connects to the feed and calls the listener named like each event with its data. `state` comes first, and again after
 * each reconnect. `lost` is called when the connection breaks, and after each failed attempt to reconnect.
 */
export function connectFeed({ lost, ...listeners }) {
  let failures = 0;
  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}/events`);
    socket.addEventListener('message', ({ data: message }) => {
      failures = 0;
      const { name, data } = JSON.parse(message);
      listeners[name](data);
    });
    socket.addEventListener('close', () => {
      setTimeout(connect, RECONNECT_DELAYS_MS[Math.min(failures, RECONNECT_DELAYS_MS.length - 1)]);
      failures += 1;
      lost();
    });
  };
  connect();
}
