/** The page's address: what it names, and what it says of the page. */
import { beforeAll, describe, expect, test } from '@jest/globals';

interface Page {
  addressOf(world: object, run?: string): string;
  namedIn(address: { pathname: string; search: string }, world: object): object;
}

let page: Page;
beforeAll(async () => {
  const path = '../../src/playground/page/address.js';
  page = (await import(path)) as Page;
});

const ROOT = '1766458026.000001';
const people = [
  { id: 'UA', name: 'ada' },
  { id: 'UG', name: 'grace' },
];
const channels = new Map(
  [
    { id: 'C1', kind: 'channel', name: 'general' },
    { id: 'G1', kind: 'mpim', name: 'mpdm-ada--grace' },
    { id: 'DA', kind: 'im', name: '', with: 'UA' },
    { id: 'DG', kind: 'im', name: '', with: 'UG' },
  ].map((channel) => [channel.id, channel]),
);

/** A page that shows `channel`. */
function world(channel: string, more: object = {}): object {
  return {
    people,
    channels,
    me: 'UA',
    channel: channels.get(channel),
    inspecting: false,
    inspected: { channel },
    person: (id: string) => people.find((person) => person.id === id),
    ...more,
  };
}

describe.each<[string, object, object]>([
  ['/general', world('C1'), { person: 'UA', channel: 'C1' }],
  [`/general/${ROOT}`, world('C1', { thread: ROOT }), { channel: 'C1', thread: ROOT }],
  ['/group', world('G1'), { channel: 'G1' }],
  ['/dm', world('DA'), { person: 'UA', channel: 'DA' }],
  ['/dm?as=grace', world('DG', { me: 'UG' }), { person: 'UG', channel: 'DG' }],
  [`/general/${ROOT}?inspect=newest`, world('C1', { thread: ROOT, inspecting: true }), { inspecting: true }],
  [
    `/general/${ROOT}?as=grace&inspect=r2`,
    world('C1', { thread: ROOT, me: 'UG', inspecting: true, run: 'r2' }),
    { person: 'UG', thread: ROOT, inspecting: true, run: 'r2' },
  ],
])('%s', (address, shown, named) => {
  test('is the address of what it names', () => {
    expect(page.addressOf(shown)).toBe(address);
    const { pathname, search } = new URL(address, 'http://localhost');
    expect(page.namedIn({ pathname, search }, shown)).toMatchObject(named);
  });
});

test('an address that names nothing here leaves the rest', () => {
  const named = page.namedIn({ pathname: '/nowhere/1', search: '?as=nobody' }, world('C1'));
  expect(named).toEqual({ person: 'UA', channel: undefined, thread: undefined, inspecting: false, run: undefined });
  expect(page.namedIn({ pathname: '/%E0%A4%A', search: '' }, world('C1'))).toMatchObject({ channel: undefined });
});

test('a link to one run names it, whatever is shown now', () => {
  expect(page.addressOf(world('C1', { thread: ROOT, inspecting: true }), 'r1')).toBe(`/general/${ROOT}?inspect=r1`);
});
