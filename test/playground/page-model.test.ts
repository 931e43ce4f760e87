/** What the page's form for the model asks for. */
import { expect, test } from '@jest/globals';

interface ModelDialog {
  readonly changesOf: (form: Record<string, string>, current: object) => object;
}

const module: string = '../../src/playground/page/model-dialog.js';
const { changesOf } = (await import(module)) as ModelDialog;

const DEMO = { name: 'demo model', standIn: true, systemPrompt: 'Be kind.' };
const LLAMA = {
  name: 'llama3.2',
  standIn: false,
  temperature: 0.5,
  systemPrompt: 'Be kind.',
  choice: { baseUrl: 'http://127.0.0.1:11434/v1', model: 'llama3.2', temperature: 0.5 },
};
const AS_IT_IS = { baseUrl: LLAMA.choice.baseUrl, model: 'llama3.2', temperature: '0.5', systemPrompt: 'Be kind.' };

test.each([
  ['nothing, of the demo model', DEMO, { baseUrl: '', model: '', temperature: '', systemPrompt: 'Be kind.' }, {}],
  ['nothing, of a chosen model', LLAMA, AS_IT_IS, {}],
  [
    'a server and its model',
    DEMO,
    { baseUrl: ' http://127.0.0.1:1234/v1 ', model: 'qwen ', temperature: '', systemPrompt: 'Be kind.' },
    { baseUrl: 'http://127.0.0.1:1234/v1', model: 'qwen' },
  ],
  ['a temperature of 0', LLAMA, { ...AS_IT_IS, temperature: '0' }, { temperature: 0 }],
  ['another system prompt', LLAMA, { ...AS_IT_IS, systemPrompt: 'Be brief.' }, { systemPrompt: 'Be brief.' }],
  [
    'what the playground was started with, for empty fields',
    LLAMA,
    { baseUrl: '', model: '', temperature: '', systemPrompt: ' ' },
    { baseUrl: null, model: null, temperature: null, systemPrompt: null },
  ],
])('%s', (_, current, form, changes) => {
  expect(changesOf(form, current)).toEqual(changes);
});
