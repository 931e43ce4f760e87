/**
 * The page's address says what is open: `/general/<ts of a thread's root>?as=grace&inspect=r2`. A DM with the bot is
 * `/dm`, a group DM `/group`; without `as` it is the first person; `inspect` is a run's id, or `newest`.
 */
const NEWEST = 'newest';
const DIRECT = { im: 'dm', mpim: 'group' };

/** `/general/1766458026.240809?…` of what the world shows. `run`: of a link to one run. */
export function addressOf(world, run = world.run) {
  const { channel, thread, people, me } = world;
  const path = [placeOf(channel), ...(thread === undefined ? [] : [thread])].map(encodeURIComponent).join('/');
  const query = new URLSearchParams();
  if (me !== people[0].id) query.set('as', world.person(me).name);
  if (world.inspecting && world.inspected) query.set('inspect', run ?? NEWEST);
  return query.size > 0 ? `/${path}?${query}` : `/${path}`;
}

/**
 * `{ person, channel, thread, run, inspecting }` that an address names: ids; undefined where it names nothing, or
 * something that is not there. `thread` is not looked up.
 */
export function namedIn({ pathname, search }, { people, channels }) {
  const [place = '', thread] = pathname.slice(1).split('/').map(decoded);
  const query = new URLSearchParams(search);
  const as = query.get('as');
  const person = people.find(({ name }) => name === as)?.id ?? people[0].id;
  const found = [...channels.values()].find(
    (channel) => placeOf(channel) === place && (channel.kind !== 'im' || channel.with === person),
  );
  const run = query.get('inspect');
  return {
    person,
    channel: found?.id,
    thread: found && thread ? thread : undefined,
    inspecting: run !== null,
    run: run === null || run === NEWEST ? undefined : run,
  };
}

function placeOf({ kind, name }) {
  return DIRECT[kind] ?? name;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Keeps the address and the world in step; call `render` when the world has changed. Each channel and thread is an entry
 * of the browser's history. `onMissing(ts)`: the address names a thread that is not there.
 */
export function followAddress(world, onMissing) {
  let shown;

  function open() {
    shown = location.pathname + location.search;
    const named = namedIn(location, world);
    if (world.show(named) === undefined && named.thread !== undefined) onMissing(named.thread);
  }

  addEventListener('popstate', open);
  return {
    open,
    render() {
      const address = addressOf(world);
      if (address === shown) return;
      const [[path], [before]] = [address, shown ?? '/'].map((known) => known.split('?'));
      shown = address;
      if (before === '/' || before === path) history.replaceState(undefined, '', address);
      else history.pushState(undefined, '', address);
    },
  };
}
