import { el, setText } from './dom.js';
import { icon } from './icons.js';
import { setModel } from './server.js';

const MAX_TEMPERATURE = 2;
/** Everything as the playground was started. */
const AT_START = { baseUrl: null, model: null, temperature: null, systemPrompt: null };

/**
 * What changes the model while the playground runs. Returns `button`, which names the model and opens `dialog`; `offer`,
 * which takes a model server on this machine with one click; and `render()`.
 */
export function modelControls(world) {
  const name = el('span', { class: 'name' });
  const button = el(
    'button',
    { type: 'button', class: 'model', title: 'Change the model', 'aria-haspopup': 'dialog', onclick: open },
    icon('bot'),
    name,
    icon('settings-2'),
  );
  const offer = el('button', { type: 'button', class: 'offer', hidden: true, onclick: () => void takeOffer() });
  const offerProblem = el('p', { class: 'said', role: 'status' });

  const servers = el('datalist', { id: 'model-servers' });
  const models = el('datalist', { id: 'model-names' });
  const server = textField({ list: servers.id, placeholder: 'as at the start', oninput: onServer });
  const model = textField({ list: models.id, placeholder: 'as at the start' });
  const temperature = el('input', {
    type: 'number',
    min: '0',
    max: String(MAX_TEMPERATURE),
    step: '0.1',
    placeholder: "model's own",
  });
  const system = el('textarea', { rows: '8', spellcheck: 'false' });
  const apply = el('button', { type: 'submit', class: 'primary' }, 'Apply');
  const reset = el('button', { type: 'button', onclick: () => void change(AT_START) }, 'Reset to start');
  const problem = el('p', { class: 'problem', role: 'alert' });
  const dialog = el(
    'dialog',
    {
      class: 'model-dialog',
      'aria-labelledby': 'model-title',
      // A click on the backdrop targets the dialog itself, a click inside targets a child.
      onclick: ({ target }) => target === dialog && dialog.close(),
    },
    el(
      'form',
      { onsubmit: onSubmit },
      el(
        'header',
        {},
        el('h2', { id: 'model-title' }, 'Model'),
        el(
          'button',
          { type: 'button', class: 'close tool', 'aria-label': 'Close', onclick: () => dialog.close() },
          icon('x'),
        ),
      ),
      el('p', { class: 'why' }, 'Applies from the next message on. The bot restarts; a reply in progress continues.'),
      field('Server on this machine', server),
      el('div', { class: 'fields' }, field('Model', model), field('Temperature', temperature)),
      field('System prompt', system),
      problem,
      el('div', { class: 'buttons' }, reset, apply),
      servers,
      models,
    ),
  );

  function open() {
    const { choice = {}, temperature: degree, systemPrompt } = world.model;
    servers.replaceChildren(
      ...world.localServers.map(({ baseUrl, name: of }) => el('option', { value: baseUrl, label: of })),
    );
    server.value = choice.baseUrl ?? '';
    listModels();
    model.value = shownModel(world.model);
    temperature.value = degree ?? '';
    system.value = systemPrompt;
    setText(problem, '');
    dialog.showModal();
    server.focus();
  }

  function listModels() {
    const known = world.localServers.find(({ baseUrl }) => baseUrl === server.value.trim())?.models ?? [];
    models.replaceChildren(...known.map((value) => el('option', { value })));
    return known;
  }

  /** A model of another server is not there. */
  function onServer() {
    const known = listModels();
    if (server.value.trim() === '') model.value = '';
    else if (known.length > 0 && !known.includes(model.value)) [model.value] = known;
  }

  function onSubmit(event) {
    event.preventDefault();
    const form = {
      baseUrl: server.value,
      model: model.value,
      temperature: temperature.value,
      systemPrompt: system.value,
    };
    void change(changesOf(form, world.model));
  }

  async function change(changes) {
    setText(problem, '');
    if (Object.keys(changes).length === 0) {
      dialog.close();
      return;
    }
    apply.disabled = true;
    reset.disabled = true;
    setText(apply, 'Restarting…');
    try {
      await setModel(changes);
      dialog.close();
    } catch (error) {
      setText(problem, error.message);
    } finally {
      apply.disabled = false;
      reset.disabled = false;
      setText(apply, 'Apply');
    }
  }

  async function takeOffer() {
    const [local] = world.localServers;
    offer.disabled = true;
    setText(offerProblem, '');
    try {
      await setModel({ baseUrl: local.baseUrl, model: local.models[0] });
      button.focus();
    } catch (error) {
      setText(offerProblem, error.message);
    } finally {
      offer.disabled = false;
    }
  }

  function render() {
    setText(name, world.model.standIn ? 'Demo model (no API key)' : world.model.name);
    const [local] = world.localServers;
    offer.hidden = !local || !world.model.standIn;
    if (local) offer.replaceChildren(icon('sparkles'), `Use ${local.models[0]} from ${local.name}`);
  }

  return { button, offer, offerProblem, dialog, render };
}

/**
 * What of the form differs from the model that answers now, see `setModel`: an empty field is as at the start. `current`:
 * `State['model']`.
 */
export function changesOf(form, current) {
  const { choice = {}, temperature, systemPrompt } = current;
  const [baseUrl, model, degree] = [form.baseUrl, form.model, form.temperature].map((value) => value.trim());
  return {
    ...(baseUrl !== (choice.baseUrl ?? '') && { baseUrl: baseUrl || null }),
    ...(model !== shownModel(current) && { model: model || null }),
    ...(degree !== String(temperature ?? '') && { temperature: degree === '' ? null : Number(degree) }),
    ...(form.systemPrompt !== systemPrompt && {
      systemPrompt: form.systemPrompt.trim() === '' ? null : form.systemPrompt,
    }),
  };
}

/** The demo model is no name that could be asked for. */
function shownModel({ standIn, name }) {
  return standIn ? '' : name;
}

function textField(more) {
  return el('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...more });
}

function field(name, input) {
  return el('label', {}, el('span', {}, name), input);
}
