/** Messages become elements of the page, never parsed HTML. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

/** The parts of an element that the page's `el` uses. */
class FakeElement {
  readonly attributes: Record<string, string> = {};
  readonly children: (FakeElement | string)[] = [];
  constructor(readonly tag: string) {}
  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }
  append(...nodes: (FakeElement | string)[]): void {
    this.children.push(...nodes);
  }
}

interface PageMrkdwn {
  mrkdwnNodes(stored: string, names: { nameOf(id: string): string; me: string }): (FakeElement | string)[];
  plainNodes(stored: string, names: { nameOf(id: string): string; me: string }): (FakeElement | string)[];
  plainText(stored: string, names: { nameOf(id: string): string }): string;
}

let page: PageMrkdwn;

beforeAll(async () => {
  Object.assign(globalThis, { document: { createElement: (tag: string) => new FakeElement(tag) } });
  const path: string = '../../src/playground/page/message/mrkdwn.js';
  page = (await import(path)) as PageMrkdwn;
});

afterAll(() => {
  Reflect.deleteProperty(globalThis, 'document');
});

const nodesOf = (stored: string): (FakeElement | string)[] =>
  page.mrkdwnNodes(stored, { nameOf: (id) => (id === 'U1' ? 'Ada' : 'Somebody'), me: 'U1' });

/** `<tag>…</tag>` without attributes. */
function outline(nodes: (FakeElement | string)[]): string {
  return nodes
    .map((node) => (typeof node === 'string' ? node : `<${node.tag}>${outline(node.children)}</${node.tag}>`))
    .join('');
}

test.each([
  ['*hi* <@U1>, :tada: and :nothing:', '<strong>hi</strong> <span>@Ada</span>, 🎉 and :nothing:'],
  ['~no~ `:tada:`', '<del>no</del> <code>:tada:</code>'],
  ['&gt; *so*\n```\nx\n```', '<blockquote><strong>so</strong></blockquote><pre><code>x</code></pre>'],
  ['<https://x.test|there>', '<a>there</a>'],
  ['&lt;img src=x&gt;', '<img src=x>'],
])('%j', (stored, shown) => {
  expect(outline(nodesOf(stored))).toBe(shown);
});

test.each([
  [
    '*hi* `there` ```x``` <@U1> &amp; <https://x.test|here>',
    '*hi* `there` ```x``` <span>@Ada</span> & <a>here</a>',
    '*hi* there x @Ada & here',
  ],
  ['<javascript:alert(1)|x> :tada:', 'x 🎉', 'x 🎉'],
])('without styles %j', (stored, shown, words) => {
  const names = { nameOf: () => 'Ada', me: 'U2' };
  expect(outline(page.plainNodes(stored, names))).toBe(shown);
  expect(page.plainText(stored, names)).toBe(words);
});

test('a mention of the user is highlighted', () => {
  expect(
    nodesOf('<@U1> <@U2>')
      .filter((node) => typeof node !== 'string')
      .map((node) => node.attributes['class']),
  ).toEqual(['mention mine', 'mention']);
});

test('any text renders to the allowed elements and attributes only', () => {
  const tags = new Set(['strong', 'em', 'del', 'blockquote', 'span', 'a', 'code', 'pre']);
  const attributes = new Set(['class', 'href', 'target', 'rel']);
  const check = (nodes: (FakeElement | string)[]): void => {
    for (const node of nodes) {
      if (typeof node === 'string') continue;
      expect(tags).toContain(node.tag);
      for (const name of Object.keys(node.attributes)) expect(attributes).toContain(name);
      if (node.tag === 'a') expect(node.attributes['href']).toMatch(/^(https?|mailto):/i);
      check(node.children);
    }
  };
  const written = fc.array(
    fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '|',
        '*',
        '_',
        '`',
        '&lt;',
        '&gt;',
        '<script>',
        '<javascript:alert(1)|x>',
        '<https://x.test|<b>>',
        '\n&gt;',
      ),
      fc.string(),
    ),
  );
  fc.assert(fc.property(written, (parts) => check(nodesOf(parts.join('')))));
});
