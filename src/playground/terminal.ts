import { clearLine, createInterface, cursorTo } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { keyOf } from '../core/conversation-id.js';
import type { Playground } from './start.js';
import { contextText, printable, usageLine } from './terminal-text.js';

const HELP = `/new      begins a conversation anew
/context  shows the prompt that was sent last
/help     shows this
/quit     ends it, as Ctrl-D and Ctrl-C do`;
const BEGINNING = 'This is a new conversation.';

/** `isTTY`: interactive. Otherwise a pipe: no prompt, no "thinking…", no colours. */
type Input = Readable & { isTTY?: boolean };
type Output = Writable & { isTTY?: boolean };

/** A DM with the bot in the terminal. Resolves when the input has ended and the last answer is complete. */
export async function chatInTerminal(playground: Playground, input: Input, output: Output): Promise<void> {
  const tty = Boolean(input.isTTY && output.isTTY);
  const lines = createInterface({ input, terminal: tty, prompt: '> ', ...(tty && { output }) });
  // Readline swallows Ctrl-C; pass it on so that it ends the program, even during an answer.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
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
  lines.close();
}

class TerminalChat {
  readonly #playground: Playground;
  readonly #output: Output;
  readonly #tty: boolean;
  readonly #channel: string;
  #root = '';

  constructor(playground: Playground, output: Output, tty: boolean) {
    this.#playground = playground;
    this.#output = output;
    this.#tty = tty;
    this.#channel = playground.slack.dm(this.#person).id;
  }

  /** Starts a new conversation: a thread in the DM, as Slack's clients do for a chat with an agent. */
  begin(): void {
    this.#root = this.#playground.slack.beginAgentThread({ user: this.#person, title: BEGINNING }).ts;
    this.#print(`${BEGINNING} /help says what else there is.\n`);
  }

  async handle(line: string): Promise<void> {
    if (line === '/new') this.begin();
    else if (line === '/context') this.#print(`${printable(contextText((await this.#inspect()).prompt))}\n`);
    else if (line === '/help') this.#print(`${HELP}\n`);
    else if (/^\/\w+$/.test(line))
      this.#print(`There is no ${line}, and nothing was sent. /help says what there is.\n`);
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
    const shown = new Map<string, string>();
    const show = (): void => this.#showReply(ts, shown);
    if (this.#tty) this.#output.write(styleText('dim', 'thinking…'));
    const unsubscribe = slack.onChange(({ kind, channel }) => {
      if (kind === 'message' && channel === this.#channel) show();
    });
    try {
      await this.#untilAnswered(ts);
    } finally {
      unsubscribe();
    }
    show();
    const { answer } = await this.#inspect();
    this.#print(`\n${this.#dim(printable(usageLine(answer)))}\n`);
  }

  /** Prints the new part of the reply's messages. A text that was not just appended to is printed again. */
  #showReply(question: string, shown: Map<string, string>): void {
    const { slack } = this.#playground;
    for (const message of slack.messages(this.#channel, this.#root)) {
      if (message.user !== slack.bot.userId || message.ts < question) continue;
      const text = printable(message.markdown ?? message.text);
      const before = shown.get(message.ts);
      if (text === (before ?? '')) continue;
      if (shown.size === 0) this.#clearThinking();
      const isAppended = before !== undefined && text.startsWith(before);
      this.#output.write(isAppended ? text.slice(before.length) : `${shown.size === 0 ? '' : '\n'}${text}`);
      shown.set(message.ts, text);
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
        const onGone = (problem = ''): void => reject(new Error(`The bot's process is gone. ${problem}`));
        unsubscribers = [journal.onNote(check), bot.onGone(onGone)];
        check();
        // The process may have ended before this question.
        if (bot.status.state === 'gone') onGone(bot.status.problem);
      });
    } finally {
      for (const unsubscribe of unsubscribers) unsubscribe();
    }
  }

  #clearThinking(): void {
    if (!this.#tty) return;
    clearLine(this.#output, 0);
    cursorTo(this.#output, 0);
  }

  #dim(text: string): string {
    return this.#tty ? styleText('dim', text) : text;
  }

  #print(text: string): void {
    this.#output.write(text);
  }
}
