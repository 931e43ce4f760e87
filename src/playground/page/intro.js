import { el } from './dom.js';

const BY_KIND = { channel: channelIntro, mpim: groupIntro, im: dmIntro };

/** Introduction at the top of a channel, with things to try. `use(text)` puts a suggestion into the composer. */
export function intro(world, use) {
  const node = el('section', { class: 'intro', 'aria-label': 'What to try' });
  let shown;
  node.render = () => {
    const { id, kind } = world.channel;
    if (shown === `${id}:${world.me}`) return;
    shown = `${id}:${world.me}`;
    node.replaceChildren(...BY_KIND[kind](world, use));
  };
  return node;
}

function channelIntro(world, use) {
  const { name } = world.bot;
  return [
    el('h2', {}, `Welcome to #${world.channel.name}`),
    el('p', {}, 'A Slack on this machine, with the bot in it. Nothing leaves it but what the model is asked. To try:'),
    el(
      'ol',
      {},
      step(`Mention @${name} here: it answers in a thread.`, [`@${name} hello, what can you do?`], use),
      step('Go on in that thread without naming it.', [], use),
      step('Switch “write as”: what colleagues say to each other (“@grace …”) it only listens to.', [], use),
      step('Edit your question: its answer is written anew. Delete a message: the bot forgets it.', [], use),
      step('“Inspect” a thread: what the bot remembers of it, and what exactly the model was given.', [], use),
      step(`Write to ${world.botName} directly, under “Direct messages”.`, [], use),
      ...(world.model.standIn ? [step('See what replies can look like:', samples(`@${name} `), use)] : []),
    ),
  ];
}

function groupIntro(world, use) {
  const { name } = world.bot;
  return [
    el('h2', {}, `You, ${world.titleOf(world.channel)} and ${world.botName}`),
    el('p', {}, 'A group DM. As in a channel, the bot answers what names it, in a thread. To try:'),
    el('ol', {}, step('Say something to each other, then ask about it:', [`@${name} what did we agree on?`], use)),
  ];
}

function dmIntro(world, use) {
  return [
    el('h2', {}, `You and ${world.botName}`),
    el('p', {}, 'Just write: every message here goes to the bot. To try:'),
    el(
      'ol',
      {},
      ...(world.isThreadedDm ? threadSteps(use) : flatSteps(use)),
      ...(world.model.standIn ? [step('See what replies can look like:', samples(''), use)] : []),
    ),
  ];
}

function threadSteps(use) {
  return [
    step('Ask something: a thread opens, where the bot answers and you go on.', ['Hello!'], use),
    step('Ask something else down here: that begins another thread, which knows nothing of the first.', [], use),
  ];
}

function flatSteps(use) {
  return [
    step('Say hello, and go on from there.', ['Hello!'], use),
    step('Reply in a thread below a message: that is a conversation of its own.', [], use),
  ];
}

function samples(before) {
  return ['long', 'code', 'table', 'error'].map((word) => before + word);
}

function step(text, suggestions, use) {
  const buttons = suggestions.map((suggestion) =>
    el('button', { type: 'button', class: 'suggestion', onclick: () => use(suggestion) }, suggestion),
  );
  return el('li', {}, text, ...buttons.flatMap((button) => [' ', button]));
}
