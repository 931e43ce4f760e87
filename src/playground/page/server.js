/** The page's only way to the server. */

/** Rejects with an Error that says, in the server's words, what is wrong. */
async function post(path, body) {
  let response;
  try {
    response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  } catch {
    throw new Error('The playground does not answer. Is it still running?');
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export const sayThere = (saying) => post('/say', saying);
export const editThere = (edit) => post('/edit', edit);
export const removeThere = (removal) => post('/remove', removal);

/** `state` comes first, and again whenever the connection was lost and is back. */
export function listen({ state, change, lost }) {
  const events = new EventSource('/events');
  events.addEventListener('state', ({ data }) => state(JSON.parse(data)));
  events.addEventListener('change', ({ data }) => change(JSON.parse(data)));
  events.addEventListener('error', lost);
}
