import { el } from './dom.js';
import { icon } from './icons.js';
import { sizeText } from './message/files.js';
import { attachFile } from './server.js';

/** Slack's limit. */
const MAX_FILES = 10;

/**
 * Files for the next message: chosen with the button, dropped on `form`, or pasted. They stay while the user looks at
 * another channel. `onChange()` is called when there are more or fewer; `onProblem(text)` when one cannot be sent.
 */
export class Attaching {
  #files = [];
  #onChange;
  #onProblem;
  #picker = el('input', { type: 'file', multiple: true, hidden: true, onchange: () => this.#take(this.#picker) });
  #list = el('ul', { class: 'chosen-files', 'aria-label': 'Files to send' });

  constructor(form, { onChange, onProblem }) {
    this.#onChange = onChange;
    this.#onProblem = onProblem;
    this.node = el('div', { class: 'attaching', hidden: true }, this.#picker, this.#list);
    this.button = el(
      'button',
      {
        type: 'button',
        class: 'tool',
        title: 'Attach a file',
        'aria-label': 'Attach a file',
        onclick: () => this.#picker.click(),
      },
      icon('paperclip'),
    );
    form.addEventListener('paste', (event) => this.#receive(event, event.clipboardData));
    form.addEventListener('dragover', (event) => {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      form.classList.add('dropping');
    });
    for (const end of ['dragleave', 'drop']) form.addEventListener(end, () => form.classList.remove('dropping'));
    form.addEventListener('drop', (event) => this.#receive(event, event.dataTransfer));
  }

  get count() {
    return this.#files.length;
  }

  /** Sends them to the server. Resolves with their ids. */
  async upload(files) {
    return Promise.all(
      files.map(async (file) => {
        const { id } = await attachFile({ name: file.name, mimetype: file.type, content: await base64Of(file) });
        return id;
      }),
    );
  }

  /** The files, which are no longer here. */
  takeAll() {
    return this.#set([]);
  }

  /** Puts files back, in front of those that were chosen since. */
  restore(files) {
    this.#set([...files, ...this.#files]);
  }

  #receive(event, data) {
    if (data.files.length === 0) return;
    event.preventDefault();
    this.#take(data);
  }

  #take(source) {
    const all = [...this.#files, ...source.files];
    this.#set(all.slice(0, MAX_FILES));
    this.#picker.value = '';
    if (all.length > MAX_FILES) this.#onProblem(`Slack takes ${MAX_FILES} files with a message.`);
  }

  #set(files) {
    const before = this.#files;
    this.#files = files;
    this.node.hidden = files.length === 0;
    this.#list.replaceChildren(...files.map((file) => this.#chip(file)));
    this.#onChange();
    return before;
  }

  #chip(file) {
    const remove = el(
      'button',
      {
        type: 'button',
        title: 'Remove',
        'aria-label': `Remove ${file.name}`,
        onclick: () => this.#set(this.#files.filter((one) => one !== file)),
      },
      icon('x'),
    );
    return el(
      'li',
      {},
      icon('file'),
      el('span', { class: 'name' }, file.name),
      el('span', { class: 'size' }, sizeText(file.size)),
      remove,
    );
  }
}

async function base64Of(file) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result));
    reader.addEventListener('error', () => reject(new Error(`${file.name} cannot be read.`)));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}
