import { el } from './dom.js';
import { icon } from './icons.js';

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
  const { botName } = world;
  return [
    el('h2', {}, `Welcome to #${world.channel.name}`),
    el('p', {}, `A Slack on this machine, with ${botName} in it. Nothing leaves it but what the model is asked.`),
    el(
      'ol',
      {},
      step(
        'at-sign',
        'Ask',
        `Mention @${name}: it answers in a thread, where you go on without naming it.`,
        [`@${name} hello, what can you do?`],
        use,
      ),
      step(
        'messages-square',
        'Talk it over',
        'Be somebody else under “Write as”. What colleagues say to each other, it hears but leaves alone.',
        ['@grace sock yarn by Friday?', `@${name} what did we agree on?`],
        use,
      ),
      step(
        'pencil',
        'Change your mind',
        'Edit a question: its answer is rewritten. Delete it: the bot forgets.',
        [],
        use,
      ),
      step('eye', 'Look inside', '“Inspect” a thread: what it remembers, and what the model was given.', [], use),
      step('zap', 'Break it', 'Kill the bot in the middle of an answer: see the lower left.', [], use),
      ...sampleSteps(world, `@${name} `, use),
    ),
  ];
}

function groupIntro(world, use) {
  const { name } = world.bot;
  return [
    el('h2', {}, `You, ${world.titleOf(world.channel)} and ${world.botName}`),
    el('p', {}, 'A group DM. As in a channel, the bot answers what names it, in a thread.'),
    el(
      'ol',
      {},
      step(
        'messages-square',
        'Talk it over',
        'Say something to each other, then ask about it:',
        [`@${name} what did we agree on?`],
        use,
      ),
    ),
  ];
}

function dmIntro(world, use) {
  return [
    el('h2', {}, `You and ${world.botName}`),
    el('p', {}, 'Just write: every message here goes to the bot.'),
    el('ol', {}, ...(world.isThreadedDm ? threadSteps(use) : flatSteps(use)), ...sampleSteps(world, '', use)),
  ];
}

function threadSteps(use) {
  return [
    step('message-square-reply', 'Ask', 'A thread opens, where the bot answers and you go on.', ['Hello!'], use),
    step(
      'history',
      'Start over',
      'Ask something else down here: that begins another thread, which knows nothing of the first.',
      [],
      use,
    ),
  ];
}

function flatSteps(use) {
  return [
    step('message-square-reply', 'Ask', 'Say hello, and go on from there.', ['Hello!'], use),
    step('history', 'Start over', 'Reply in a thread below a message: that is a conversation of its own.', [], use),
  ];
}

/** Only the demo model knows these words. */
function sampleSteps(world, before, use) {
  if (!world.model.standIn) return [];
  const samples = ['long', 'code', 'table', 'error'].map((word) => before + word);
  return [step('table-2', 'See a reply', 'What answers can look like:', samples, use)];
}

function step(picture, title, text, suggestions, use) {
  const buttons = suggestions.map((suggestion) =>
    el('button', { type: 'button', class: 'suggestion', onclick: () => use(suggestion) }, suggestion),
  );
  return el(
    'li',
    {},
    icon(picture),
    el('div', {}, el('strong', {}, title), ' ', text, ...buttons.flatMap((button) => [' ', button])),
  );
}
