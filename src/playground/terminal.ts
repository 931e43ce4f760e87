import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { keyOf } from '../core/conversation-id.js';
import type { Playground } from './start.js';
import { dim, LiveReply, type Output } from './terminal-reply.js';
import { contextText, printable, usageLine } from './terminal-text.js';

const HELP = `/new      start a new conversation
/context  show the last prompt
/help     show this
/quit     stop, like Ctrl-C and Ctrl-D`;
const BEGINNING = 'New conversation.';

type Input = Readable & { isTTY?: boolean };

/** A DM with the bot in the terminal. Resolves when the input has ended and the last answer is complete. */
export async function chatInTerminal(playground: Playground, input: Input, output: Output): Promise<void> {
  const tty = Boolean(input.isTTY && output.isTTY);
  const lines = createInterface({ input, terminal: tty, prompt: '> ', ...(tty && { output }) });
  // Readline swallows Ctrl-C; pass it on so that it ends the program, even during an answer.
  lines.once('SIGINT', () => {
    output.write('\n');
    process.kill(process.pid, 'SIGINT');
  });
  let ended = false;
  lines.once('close', () => {
    ended = true;
  });
  // Since Node 24 `prompt()` throws after the end of the input.
  const prompt = (): void => {
    if (tty && !ended) lines.prompt();
  };
  const chat = new TerminalChat(playground, output, tty);
  chat.begin();
  prompt();
  for await (const line of lines) {
    const typed = line.trim();
    if (typed === '/quit') break;
    if (typed !== '') await chat.handle(typed);
    prompt();
  }
  // After Ctrl-D the shell's prompt would stand behind this one's.
  if (tty && ended) output.write('\n');
  lines.close();
}

class TerminalChat {
  readonly #playground: Playground;
  readonly #output: Output;
  readonly #tty: boolean;
  /** Honors NO_COLOR, see `tty.WriteStream.getColorDepth`. */
  readonly #color: boolean;
  readonly #channel: string;
  #root = '';

  constructor(playground: Playground, output: Output, tty: boolean) {
    this.#playground = playground;
    this.#output = output;
    this.#tty = tty;
    this.#color = tty && output.hasColors?.() === true;
    this.#channel = playground.slack.dm(this.#person).id;
  }

  /** Starts a new conversation: a thread in the DM, as Slack's clients do for a chat with an agent. */
  begin(): void {
    this.#root = this.#playground.slack.beginAgentThread({ user: this.#person, title: BEGINNING }).ts;
    this.#print(`${BEGINNING} Type /help for commands.\n`);
  }

  async handle(line: string): Promise<void> {
    if (line === '/new') this.begin();
    else if (line === '/context') this.#print(`${printable(contextText((await this.#inspect()).prompt))}\n`);
    else if (line === '/help') this.#print(`${HELP}\n`);
    else if (/^\/\w+$/.test(line))
      this.#print(`There is no command ${line}; nothing was sent. Type /help for commands.\n`);
    else await this.#ask(line);
  }

  get #person(): string {
    const [person] = this.#playground.workspace.people;
    if (person === undefined) throw new Error('the sample workspace has no people');
    return person;
  }

  #inspect(): ReturnType<Playground['inspect']> {
    return this.#playground.inspect(this.#channel, this.#root);
  }

  async #ask(text: string): Promise<void> {
    const { slack } = this.#playground;
    const { ts } = slack.say({ user: this.#person, channel: this.#channel, threadTs: this.#root, text });
    const live = this.#tty ? new LiveReply(this.#output, this.#color) : undefined;
    const shown = new Map<string, string>();
    const show = (): void => {
      if (live)
        live.update(
          this.#replyTo(ts)
            .map((message) => message.text)
            .join('\n\n'),
        );
      else this.#printNew(ts, shown);
    };
    const unsubscribe = slack.onChange(({ kind, channel }) => {
      if (kind === 'message' && channel === this.#channel) show();
    });
    try {
      await this.#untilAnswered(ts);
      show();
    } finally {
      unsubscribe();
      live?.end();
    }
    const { answer } = await this.#inspect();
    this.#print(`${live ? '' : '\n'}${dim(printable(usageLine(answer)), this.#color)}\n`);
  }

  /** The bot's messages since a question. Markdown. */
  #replyTo(question: string): { ts: string; text: string }[] {
    const { slack } = this.#playground;
    return slack
      .messages(this.#channel, this.#root)
      .filter(({ user, ts }) => user === slack.bot.userId && ts >= question)
      .map(({ ts, markdown, text, files = [] }) => {
        const named = files.map(({ name }) => `[file: ${name}]`);
        return { ts, text: [markdown ?? text, ...named].filter((part) => part !== '').join('\n') };
      });
  }

  /** Into a pipe: the new part of the reply's messages. A text that was not just appended to is printed again. */
  #printNew(question: string, shown: Map<string, string>): void {
    for (const { ts, text: raw } of this.#replyTo(question)) {
      const text = printable(raw);
      const before = shown.get(ts);
      if (text === (before ?? '')) continue;
      const isAppended = before !== undefined && text.startsWith(before);
      this.#output.write(isAppended ? text.slice(before.length) : `${shown.size === 0 ? '' : '\n'}${text}`);
      shown.set(ts, text);
    }
  }

  /** Resolves when the question is answered. Rejects when the bot's process is gone. */
  async #untilAnswered(question: string): Promise<void> {
    const { journal, bot, slack } = this.#playground;
    const key = keyOf({ team: slack.team.id, channel: this.#channel, thread: this.#root });
    let unsubscribers: (() => void)[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        const check = (): void => {
          if (journal.of(key)?.answered.has(question)) resolve();
        };
        const onGone = (problem = ''): void => reject(new Error(`The bot's process has ended. ${problem}`));
        unsubscribers = [journal.onNote(check), bot.onGone(onGone)];
        check();
        // The process may have ended before this question.
        if (bot.status.state === 'gone') onGone(bot.status.problem);
      });
    } finally {
      for (const unsubscribe of unsubscribers) unsubscribe();
    }
  }

  #print(text: string): void {
    this.#output.write(text);
  }
}
