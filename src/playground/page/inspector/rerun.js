import { el, setText } from '../dom.js';
import { startRerun } from '../server.js';
import { counted, dollars, duration, number } from './format.js';
import { line, section } from './section.js';

const MAX_TEMPERATURE = 2;

/** Section that asks the model again for the answer of a run, with something changed, and shows both answers. */
export function rerunSection(world) {
  const standInNote = line('sentence');
  const model = el('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' });
  const temperature = el('input', {
    type: 'number',
    min: '0',
    max: String(MAX_TEMPERATURE),
    step: '0.1',
    placeholder: 'as set',
  });
  const system = el('textarea', { rows: '5', spellcheck: 'false' });
  const send = el('button', { type: 'submit', class: 'small' }, 'Run again');
  const problem = el('p', { class: 'sentence alarm', role: 'alert' });
  const before = answerBox('Before');
  const now = answerBox('Now');
  const both = el('div', { class: 'both', hidden: true }, before.node, now.node);
  const form = el(
    'form',
    { class: 'rerun', onsubmit: (event) => void submit(event) },
    el('div', { class: 'fields' }, field('Model', model), field('Temperature', temperature)),
    field('System message', system),
    el(
      'div',
      { class: 'send' },
      el('span', { class: 'why' }, 'Otherwise the same prompt. Nothing is stored, posted or counted.'),
      send,
    ),
    problem,
  );
  const { node } = section('Run again with …', standInNote.node, form, both);
  /** The run that is shown, and the id of the last rerun of it. */
  let shown;
  let rerunId;
  let latest;

  const unsubscribe = world.onRerun((rerun) => {
    if (!node.isConnected) {
      unsubscribe();
      return;
    }
    // It may be faster than the response with its id.
    latest = rerun;
    if (rerun.id === rerunId) now.show(rerun);
  });

  async function submit(event) {
    event.preventDefault();
    setText(problem, '');
    send.disabled = true;
    const asked = shown;
    try {
      const changes = changesOf({ model: model.value, temperature: temperature.value, system: system.value }, shown);
      const { id } = await startRerun({ ...world.inspected, run: shown.id, ...changes });
      if (asked !== shown) return;
      rerunId = id;
      both.hidden = false;
      before.show({ text: shown.said ?? '', state: 'done', model: shown.model, ...shown.numbers });
      now.show(latest?.id === id ? latest : { text: '', state: 'waiting', model: model.value });
    } catch (error) {
      if (asked === shown) setText(problem, error.message);
    } finally {
      send.disabled = false;
    }
  }

  return {
    node,
    update({ run, prompt, answer }) {
      node.hidden = !prompt;
      if (!prompt) return;
      const { standIn } = world.model;
      standInNote.setText(standIn ? 'The demo model ignores model and temperature.' : '');
      model.disabled = standIn;
      temperature.disabled = standIn;
      const [first] = prompt.messages;
      const sameRun = shown?.id === run.id;
      shown = sameRun ? shown : { id: run.id };
      shown.said = run.said;
      shown.model = prompt.model;
      shown.numbers = { ms: totalOf(answer), usage: answer?.usage, costUsd: answer?.costUsd };
      if (sameRun) return;
      rerunId = undefined;
      both.hidden = true;
      setText(problem, '');
      shown.system = first?.role === 'system' ? first.content : '';
      model.value = prompt.model;
      system.value = shown.system;
    },
  };
}

/** What of the form differs from the run: `{ model, temperature, system }`. */
export function changesOf({ model, temperature, system }, run) {
  return {
    ...(model.trim() !== '' && model.trim() !== run.model && { model: model.trim() }),
    ...(temperature !== '' && { temperature: Number(temperature) }),
    ...(system !== run.system && { system }),
  };
}

/** "gpt-6-luna, 2.10 s, 1,200 tokens in, 120 out, $0.0012". */
export function numbersText({ model, ms, usage, costUsd }) {
  return [
    model,
    ...(ms === undefined ? [] : [duration(ms)]),
    ...(usage ? [`${counted(usage.promptTokens, 'token')} in, ${number(usage.completionTokens)} out`] : []),
    ...(costUsd ? [dollars(costUsd)] : []),
  ].join(', ');
}

/** From the request to the last word. */
function totalOf(answer) {
  const { requestToFirstWord, firstWordToDone } = answer?.latency ?? {};
  return firstWordToDone === undefined ? undefined : requestToFirstWord + firstWordToDone;
}

function answerBox(title) {
  const numbers = el('p', { class: 'why' });
  const text = el('pre', { tabindex: '0', role: 'group', 'aria-label': title });
  return {
    node: el('div', {}, el('h4', {}, title), numbers, text),
    show(answer) {
      setText(numbers, numbersText(answer));
      text.classList.toggle('alarm', answer.state === 'failed');
      setText(
        text,
        answer.state === 'failed'
          ? `No answer: ${answer.problem}`
          : answer.text || (answer.state === 'waiting' ? '…' : '(no text)'),
      );
    },
  };
}

function field(name, input) {
  return el('label', {}, el('span', {}, name), input);
}
