/** Starts a playground on a free port with an instant stand-in, and acts as its page. */
import { on } from 'node:events';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import type { FeedEvent } from '../../src/playground/feed.js';
import { type Flags, readFlags } from '../../src/playground/flags.js';
import type { ChannelView, MessageView, State } from '../../src/playground/snapshot.js';
import { type Playground, type PlaygroundOptions, startPlayground } from '../../src/playground/start.js';
import { built } from '../support/built.js';

export interface OpenPlayground extends Playground {
  readonly port: number;
  readonly url: string;
}

export interface PlaygroundOptionsForTests {
  readonly env?: Record<string, string>;
  readonly flags?: Partial<Flags>;
  readonly log?: (line: string) => void;
  readonly localServers?: PlaygroundOptions['localServers'];
  /** False: the stand-in answers at its real pace. Default: true. */
  readonly instant?: boolean;
}

/** The bot runs from the build output, in its own process as always. */
export async function playgroundForTests({
  env = {},
  flags = {},
  log,
  localServers,
  instant = true,
}: PlaygroundOptionsForTests = {}): Promise<OpenPlayground> {
  const playground = await startPlayground({
    env: { LOG_LEVEL: 'silent', ...env },
    flags: { ...readFlags(['--port', '0']), ...flags },
    instant,
    botProgram: built('playground/bot-program'),
    ...(log && { log }),
    ...(localServers && { localServers }),
  });
  return { ...playground, ...(await playground.serve(flags.port ?? 0)) };
}

/** Calls Slack's Web API as the bot, for what the page can show but the bot never sends. Resolves with the response. */
export async function callAsBot(
  { slack }: OpenPlayground,
  method: string,
  args: object,
): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' };
  const response = await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers, body: JSON.stringify(args) });
  const answer = (await response.json()) as Record<string, unknown>;
  if (answer['ok'] !== true) throw new Error(`${method}: ${JSON.stringify(answer)}`);
  return answer;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** POSTs JSON; a string is sent as it is. `headers` override the default ones, including `host`. */
export function post(url: string, body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

export async function stateAt(url: string): Promise<State> {
  const viewer = new Viewer(url);
  try {
    return await viewer.until((state) => state);
  } finally {
    viewer.close();
  }
}

/** An open page: its state, kept up to date by feed events. */
export class Viewer {
  #socket: WebSocket | undefined;
  #messages: AsyncIterator<unknown[]> | undefined;
  state: State | undefined;

  constructor(private readonly url: string) {}

  /** Reads events until `condition` returns a value other than undefined. */
  async until<T>(condition: (state: State) => T | undefined): Promise<T> {
    for (;;) {
      const found = this.state && condition(this.state);
      if (found !== undefined) return found;
      await this.#next();
    }
  }

  close(): void {
    this.#socket?.close();
  }

  async #next(): Promise<void> {
    this.#messages ??= this.#open();
    const { value, done } = await this.#messages.next();
    if (done) throw new Error('the playground closed its feed');
    this.#apply(JSON.parse(String(value[0])) as FeedEvent);
  }

  #open(): AsyncIterator<unknown[]> {
    this.#socket = new WebSocket(`${this.url.replace('http:', 'ws:')}events`);
    return on(this.#socket, 'message', { close: ['close'] });
  }

  #apply({ name, data }: FeedEvent): void {
    if (name === 'state') this.state = data as State;
    else if (name === 'process' && this.state) this.state = { ...this.state, process: data as State['process'] };
    else if (name === 'change' && this.state) {
      const changed = data as ChannelView;
      this.state = {
        ...this.state,
        channels: this.state.channels.map((channel) => (channel.id === changed.id ? changed : channel)),
      };
    }
  }
}

export function channelNamed(state: State, name: string): ChannelView {
  const channel = state.channels.find((known) => known.name === name);
  if (!channel) throw new Error(`no channel ${name}`);
  return channel;
}

/** The bot's messages in a thread; at the top level without `threadTs`. */
export function replies(state: State, channel: ChannelView, threadTs?: string): MessageView[] {
  const now = state.channels.find(({ id }) => id === channel.id);
  return now?.messages.filter((message) => message.user === state.bot.id && message.threadTs === threadTs) ?? [];
}
