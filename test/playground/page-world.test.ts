/** The page's model of the server's state. It needs no DOM. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChannelView, MessageView, State } from '../../src/playground/snapshot.js';

interface PageWorld {
  setState(state: State): void;
  updateChannel(channel: ChannelView): void;
  setVisiblePanes(visible: { channel: boolean; thread: boolean }): void;
  isVisible(root: string): boolean;
  writeAs(person: string): void;
  visit(channel: string): void;
  openThread(ts: string): void;
  closeThread(): void;
  notifyObservers(conversation: object): void;
  onObserved(listener: (conversation: object) => void): void;
  titleOf(channel: ChannelView): string;
  unreadIn(channel: ChannelView | undefined): { all: number; forMe: number };
  readonly channel: ChannelView;
  readonly sidebarChannels: ChannelView[];
  readonly inspected: object | undefined;
  readonly thread: string | undefined;
  readonly newFrom: string | undefined;
  readonly newInThreadFrom: string | undefined;
  readonly outline: { topLevel: MessageView[]; repliesTo(root: string): MessageView[]; newest(root: string): string };
  channels: Map<string, ChannelView>;
}

const [ADA, GRACE, LINUS, BOT] = ['UA', 'UG', 'UL', 'UB'] as const;
const ALL = [ADA, GRACE, LINUS, BOT];
const ts = (n: number): string => `17664580${String(n).padStart(2, '0')}.000100`;
const said = (n: number, user: string, more: Partial<MessageView> = {}): MessageView => ({
  ts: ts(n),
  user,
  text: `message ${n}`,
  ...more,
});

function channel(
  id: string,
  kind: ChannelView['kind'],
  members: string[],
  messages: MessageView[] = [],
  read: ChannelView['read'] = {},
): ChannelView {
  const person = kind === 'im' ? members.find((member) => member !== BOT) : undefined;
  return {
    id,
    name: id.toLowerCase(),
    kind,
    members,
    messages,
    read,
    statuses: {},
    titles: {},
    prompts: [],
    ...(person !== undefined && { with: person }),
  };
}

function stateWith(...changed: ChannelView[]): State {
  const usual = [
    channel('C1', 'channel', ALL),
    channel('C2', 'channel', ALL),
    channel('G1', 'mpim', [ADA, GRACE, BOT]),
    ...[ADA, GRACE, LINUS].map((person) => channel(`D${person}`, 'im', [person, BOT])),
  ];
  return {
    bot: { id: BOT, name: 'skein' },
    model: { name: 'stand-in', standIn: true, systemPrompt: 'Be kind.' },
    storage: 'memory',
    dmReplies: 'thread',
    process: { state: 'running', starts: 1, startedAt: 0 },
    localServers: [],
    people: [ADA, GRACE, LINUS].map((id) => ({ id, name: `n${id}`, displayName: `Name ${id}` })),
    views: [],
    shortcuts: [],
    channels: usual.map((one) => changed.find(({ id }) => id === one.id) ?? one),
  };
}

const EVERYTHING = { channel: true, thread: true };
const NOTHING = { channel: false, thread: false };

let World: new (onChange: () => void) => PageWorld;
let world: PageWorld;
const ids = (channels: ChannelView[]): string[] => channels.map(({ id }) => id);
const unread = (id: string): { all: number; forMe: number } => world.unreadIn(world.channels.get(id));

beforeAll(async () => {
  const path: string = '../../src/playground/page/world.js';
  ({ World } = (await import(path)) as { World: typeof World });
});

beforeEach(() => {
  world = new World(() => {});
});

describe('channels in the sidebar', () => {
  beforeEach(() => world.setState(stateWith()));

  test("are public channels, the person's DM with the bot, and their group DMs", () => {
    expect(ids(world.sidebarChannels)).toEqual(['C1', 'C2', `D${ADA}`, 'G1']);
    expect(world.sidebarChannels.map((place) => world.titleOf(place))).toEqual(['#c1', '#c2', 'Skein', 'Name UG']);
    world.writeAs(LINUS);
    expect(ids(world.sidebarChannels)).toEqual(['C1', 'C2', `D${LINUS}`]);
  });

  test('stay selected for another person who can see them', () => {
    world.visit('C2');
    world.writeAs(GRACE);
    expect(world.channel.id).toBe('C2');
    world.visit(`D${GRACE}`);
    world.writeAs(ADA);
    expect(world.channel.id).toBe(`D${ADA}`);
    world.visit('G1');
    world.writeAs(LINUS);
    expect(world.channel.id).toBe('C1');
  });

  test('a restarted playground keeps person and channel', () => {
    world.writeAs(GRACE);
    world.visit(`D${GRACE}`);
    const restarted = JSON.parse(
      JSON.stringify(stateWith()).replaceAll('"UG"', '"UX"').replaceAll('"DUG"', '"DUX"'),
    ) as State;
    world.setState(restarted);
    expect(world.channel).toMatchObject({ kind: 'im', with: 'UX' });
  });
});

describe('unread messages', () => {
  const C2 = channel(
    'C2',
    'channel',
    ALL,
    [
      said(1, GRACE),
      said(2, GRACE),
      said(3, ADA),
      said(4, BOT, { ephemeralTo: ADA }),
      said(5, LINUS, { deleted: true }),
    ],
    { [ADA]: { '': ts(1) } },
  );

  test('are counted per person: messages by others since the last read', () => {
    world.setState(stateWith(C2));
    expect(unread('C2')).toEqual({ all: 1, forMe: 0 });
    world.writeAs(LINUS);
    expect(unread('C2').all).toBe(3);
  });

  test('are meant for the person when they mention them, or stand in a DM', () => {
    const mention = `hello <@${ADA}>`;
    world.setState(
      stateWith(
        channel('C2', 'channel', ALL, [said(1, GRACE), said(2, GRACE, { text: mention })]),
        channel('G1', 'mpim', [ADA, GRACE, BOT], [said(1, GRACE), said(2, BOT)]),
      ),
    );
    expect(unread('C2')).toEqual({ all: 2, forMe: 1 });
    expect(unread('G1')).toEqual({ all: 2, forMe: 2 });
    world.writeAs(LINUS);
    expect(unread('C2')).toEqual({ all: 2, forMe: 0 });
  });

  test('do not count in a visible channel, but do in a hidden one', () => {
    world.setState(stateWith(C2));
    world.visit('C2');
    expect(unread('C2').all).toBe(0);
    world.setVisiblePanes(NOTHING);
    expect(unread('C2').all).toBe(1);
  });

  test('count in a hidden pane, and are marked by a line once it is visible', () => {
    const before = channel('C2', 'channel', ALL, [said(1, ADA), said(2, GRACE, { threadTs: ts(1) })], {
      [ADA]: { '': ts(1), [ts(1)]: ts(2) },
    });
    const after = { ...before, messages: [...before.messages, said(3, GRACE, { threadTs: ts(1) }), said(4, GRACE)] };
    world.setState(stateWith(before));
    world.visit('C2');
    world.openThread(ts(1));
    world.setVisiblePanes({ channel: false, thread: true });
    world.updateChannel(after);
    expect([world.isVisible(''), world.isVisible(ts(1))]).toEqual([false, true]);
    expect(unread('C2')).toEqual({ all: 1, forMe: 0 });
    world.setVisiblePanes(NOTHING);
    expect(unread('C2')).toEqual({ all: 2, forMe: 0 });
    expect([world.newFrom, world.newInThreadFrom]).toEqual([undefined, undefined]);
    world.setVisiblePanes({ channel: true, thread: false });
    expect(unread('C2')).toEqual({ all: 1, forMe: 0 });
    expect([world.newFrom, world.newInThreadFrom]).toEqual([ts(4), undefined]);
    world.setVisiblePanes(EVERYTHING);
    expect(unread('C2')).toEqual({ all: 0, forMe: 0 });
    expect(world.newInThreadFrom).toBe(ts(3));
  });

  test('the line marks the first one unread on opening, until the channel is opened again', () => {
    world.setState(stateWith(C2));
    world.visit('C2');
    expect(world.newFrom).toBe(ts(2));
    world.updateChannel({ ...C2, read: { [ADA]: { '': ts(5) } } });
    expect(world.newFrom).toBe(ts(2));
    world.visit('C1');
    world.visit('C2');
    expect(world.newFrom).toBeUndefined();
    world.setVisiblePanes(NOTHING);
    world.updateChannel({ ...C2, messages: [...C2.messages, said(6, GRACE)], read: { [ADA]: { '': ts(5) } } });
    world.setVisiblePanes(EVERYTHING);
    expect(world.newFrom).toBe(ts(6));
  });

  test.each<[string, ChannelView, number]>([
    [
      'count in a thread the person wrote in',
      channel(
        'C2',
        'channel',
        ALL,
        [said(1, GRACE), said(2, ADA, { threadTs: ts(1) }), said(3, BOT, { threadTs: ts(1) })],
        { [ADA]: { '': ts(1) } },
      ),
      1,
    ],
    [
      'count in a thread that mentions the person',
      channel('C2', 'channel', ALL, [said(1, GRACE, { text: `<@${ADA}>` }), said(3, BOT, { threadTs: ts(1) })], {
        [ADA]: { '': ts(1) },
      }),
      1,
    ],
    [
      "do not count in other people's threads",
      channel('C2', 'channel', ALL, [said(1, GRACE), said(3, BOT, { threadTs: ts(1) })], { [ADA]: { '': ts(1) } }),
      0,
    ],
    [
      'do not count once read',
      channel('C2', 'channel', ALL, [said(1, ADA), said(3, BOT, { threadTs: ts(1) })], {
        [ADA]: { '': ts(1), [ts(1)]: ts(3) },
      }),
      0,
    ],
    [
      'do not count in the thread when also sent to the channel',
      channel(
        'C2',
        'channel',
        ALL,
        [said(1, ADA), said(2, GRACE, { threadTs: ts(1), broadcast: true }), said(3, BOT, { threadTs: ts(1) })],
        { [ADA]: { '': ts(2) } },
      ),
      1,
    ],
    [
      "count in every thread of the person's DM",
      channel(`D${ADA}`, 'im', [ADA, BOT], [said(1, BOT), said(3, BOT, { threadTs: ts(1) })], { [ADA]: { '': ts(1) } }),
      1,
    ],
  ])('%s', (_, changed, count) => {
    world.setState(stateWith(changed));
    expect(unread(changed.id).all).toBe(count);
    world.visit(changed.id);
    world.openThread(ts(1));
    expect(world.newInThreadFrom).toBe(count > 0 ? ts(3) : undefined);
    expect(unread(changed.id).all).toBe(0);
  });
});

describe('what is shown', () => {
  test('a broadcast reply is listed in thread and channel, and counts as unread once', () => {
    const messages = [
      said(1, ADA),
      said(2, BOT, { threadTs: ts(1) }),
      said(3, GRACE, { threadTs: ts(1), broadcast: true }),
      said(4, LINUS),
    ];
    world.setState(stateWith(channel('C2', 'channel', ALL, messages, { [ADA]: { '': ts(1) } })));
    expect(unread('C2')).toEqual({ all: 3, forMe: 0 });
    world.visit('C2');
    expect(world.outline.topLevel.map((message) => message.ts)).toEqual([ts(1), ts(3), ts(4)]);
    expect(world.outline.repliesTo(ts(1)).map((message) => message.ts)).toEqual([ts(2), ts(3)]);
    expect(world.newFrom).toBe(ts(3));
    expect(unread('C2')).toEqual({ all: 1, forMe: 0 });
    world.openThread(ts(1));
    expect([world.outline.newest(''), world.outline.newest(ts(1))]).toEqual([ts(4), ts(3)]);
  });

  test("not other people's ephemeral messages", () => {
    world.setState(
      stateWith(
        channel('C1', 'channel', ALL, [
          said(1, BOT, { ephemeralTo: ADA }),
          said(2, ADA),
          said(3, BOT, { ephemeralTo: GRACE, threadTs: ts(2) }),
        ]),
      ),
    );
    expect(world.outline.topLevel).toHaveLength(2);
    expect(world.outline.repliesTo(ts(2))).toHaveLength(0);
    world.writeAs(GRACE);
    expect(world.outline.topLevel).toHaveLength(1);
    expect(world.outline.repliesTo(ts(2))).toHaveLength(1);
  });

  test('an unchanged message keeps its identity', () => {
    const now = (): ChannelView => channel('C1', 'channel', ALL, [said(1, ADA), said(2, BOT, { markdown: 'a' })]);
    world.setState(stateWith(now()));
    const [first, second] = world.outline.topLevel;
    world.updateChannel({ ...now(), messages: [said(1, ADA), said(2, BOT, { markdown: 'a b' })] });
    expect(world.outline.topLevel[0]).toBe(first);
    expect(world.outline.topLevel[1]).not.toBe(second);
  });

  test('a thread opens when its root has arrived', () => {
    world.setState(stateWith());
    world.openThread(ts(1));
    expect(world.thread).toBeUndefined();
    world.updateChannel(channel('C1', 'channel', ALL, [said(1, ADA)]));
    expect(world.thread).toBe(ts(1));
    world.visit('C2');
    expect(world.thread).toBeUndefined();
  });
});

test('without a thread the inspector shows a DM only if its top level is one conversation', () => {
  world.setState(stateWith());
  world.visit(`D${ADA}`);
  expect(world.inspected).toBeUndefined();
  world.setState({ ...stateWith(), dmReplies: 'flat' });
  expect(world.inspected).toEqual({ channel: `D${ADA}`, thread: '' });
});

test('observers learn about changes in the open conversation', () => {
  const seen: object[] = [];
  world.setState({ ...stateWith(channel('C1', 'channel', ALL, [said(1, ADA)])), dmReplies: 'flat' });
  world.onObserved((conversation) => seen.push(conversation));
  expect(world.inspected).toBeUndefined();
  world.openThread(ts(1));
  expect(world.inspected).toEqual({ channel: 'C1', thread: ts(1) });
  world.visit(`D${ADA}`);
  expect(world.inspected).toEqual({ channel: `D${ADA}`, thread: '' });
  world.updateChannel(channel('C1', 'channel', ALL));
  world.updateChannel(channel(`D${ADA}`, 'im', [ADA, BOT], [said(1, ADA)]));
  world.notifyObservers({ channel: 'C1', thread: ts(1) });
  expect(seen).toEqual([
    { channel: `D${ADA}`, thread: '' },
    { channel: 'C1', thread: ts(1) },
  ]);
});
