import { el } from './dom.js';
import { icon } from './icons.js';

const BY_KIND = { channel: channelIntro, mpim: groupIntro, im: dmIntro };

/** Introduction at the top of a channel, with things to try. `use(text)` puts a suggestion into the composer. */
export function intro(world, use) {
  const node = el('section', { class: 'intro', 'aria-label': 'What to try' });
  let shown;
  node.render = () => {
    const { id, kind } = world.channel;
    const now = `${id}:${world.me}:${world.model.standIn}`;
    if (shown === now) return;
    shown = now;
    node.replaceChildren(...BY_KIND[kind](world, use));
  };
  return node;
}

function channelIntro(world, use) {
  const { name } = world.bot;
  return [
    el('h2', {}, `Welcome to #${world.channel.name}`),
    el('p', {}, privacyText(world)),
    el(
      'ol',
      {},
      step(
        'at-sign',
        'Ask',
        `Mention @${name}. It replies in a thread, and you continue there without a mention.`,
        [`@${name} hello, what can you do?`],
        use,
      ),
      step(
        'messages-square',
        'Talk it over',
        'Switch people under “Write as”. Skein reads what they say to each other, and stays out of it.',
        ['@grace sock yarn by Friday?', `@${name} what did we agree on?`],
        use,
      ),
      step(
        'pencil',
        'Change your mind',
        'Edit a question, and its answer is rewritten. Delete it, and Skein forgets it.',
        [],
        use,
      ),
      step(
        'eye',
        'Look inside',
        'Click “Inspect” above a thread to see its memory, the exact prompt and every step.',
        [],
        use,
      ),
      step('zap', 'Break it', 'Kill the bot in the middle of an answer (lower left), and see it finish.', [], use),
      ...sampleSteps(world, `@${name} `, use),
    ),
  ];
}

/** What leaves this machine. */
function privacyText({ botName, model }) {
  const sent = model.standIn ? 'Nothing leaves this machine.' : 'Only the prompts go to your model.';
  return `A simulated Slack on this machine, with ${botName} in it. ${sent}`;
}

function groupIntro(world, use) {
  const { name } = world.bot;
  return [
    el('h2', {}, `You, ${world.titleOf(world.channel)} and ${world.botName}`),
    el('p', {}, 'A group DM. As in a channel, Skein answers mentions, in a thread.'),
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
    el('p', {}, 'Just write: every message here goes to Skein.'),
    el('ol', {}, ...(world.isThreadedDm ? threadSteps(use) : flatSteps(use)), ...sampleSteps(world, '', use)),
  ];
}

function threadSteps(use) {
  return [
    step(
      'message-square-reply',
      'Ask',
      'Each question opens a thread with its answer. Continue there.',
      ['Hello!'],
      use,
    ),
    step(
      'history',
      'Start over',
      'Ask something else down here. That opens a new thread, with no memory of the first.',
      [],
      use,
    ),
  ];
}

function flatSteps(use) {
  return [
    step('message-square-reply', 'Ask', 'Say hello, and continue from there.', ['Hello!'], use),
    step('history', 'Start over', 'Reply in a thread below a message. That is a separate conversation.', [], use),
  ];
}

/** Only the demo model knows these words. */
function sampleSteps(world, before, use) {
  if (!world.model.standIn) return [];
  const samples = ['long', 'code', 'table', 'chart', 'file', 'picture', 'error'].map((word) => before + word);
  return [step('table-2', 'See formats', 'Ask for a sample:', samples, use)];
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
