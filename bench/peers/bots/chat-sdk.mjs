/**
 * A bot on Vercel's Chat SDK, as its documentation at https://chat-sdk.dev shows it (most of it is in
 * node_modules/chat/docs as well):
 * - the Slack adapter, Redis as state, `apiUrl` for another Slack: /adapters/official/slack, /adapters/official/redis
 * - `subscribe` on a mention, which is asked with its own text, and messages of subscribed threads with the newest 20 of
 *   the thread: /docs/handling-events, /docs/streaming
 * - what the model writes goes to `thread.post`, and `thread.signal` to the model: /docs/streaming
 * - the queue for "AI chatbots": /docs/concurrency
 * - Hono as the server: /docs/guides/code-review-hono
 * Choices in its favor: `openai` as a "custom stream" (/docs/streaming) in place of the AI SDK, which costs more and
 * whose current version needs Node 22; `toAiMessages` from `chat`, as `chat/ai` loads the AI SDK; no `startTyping`, which
 * is one more call before the model is asked; the log at `warn`, since the default writes several lines a reply.
 */
import { createSlackAdapter } from '@chat-adapter/slack';
import { createRedisState } from '@chat-adapter/state-redis';
import { serve } from '@hono/node-server';
import { Chat, toAiMessages } from 'chat';
import { Hono } from 'hono';
import OpenAI from 'openai';

const openai = new OpenAI();
const instructions = { role: 'system', content: 'You are a helpful assistant.' };

const bot = new Chat({
  userName: 'skein',
  adapters: { slack: createSlackAdapter({ apiUrl: process.env.SLACK_API_URL }) },
  state: createRedisState(),
  concurrency: 'queue',
  logger: 'warn',
});

async function* answer(messages, signal) {
  const stream = await openai.chat.completions.create(
    { model: 'gpt-6-luna', messages: [instructions, ...messages], stream: true },
    { signal },
  );
  for await (const chunk of stream) {
    const text = chunk.choices[0]?.delta.content;
    if (text) yield text;
  }
}

bot.onNewMention(async (thread, message) => {
  await thread.subscribe();
  await thread.post(answer([{ role: 'user', content: message.text }], thread.signal));
});

bot.onSubscribedMessage(async (thread) => {
  const { messages } = await thread.adapter.fetchMessages(thread.id, { limit: 20 });
  await thread.post(answer(await toAiMessages(messages), thread.signal));
});

const app = new Hono();
app.post('/slack/events', (c) => bot.webhooks.slack(c.req.raw));

await bot.initialize();
serve({ fetch: app.fetch, port: Number(process.env.PORT) }, () => process.stdout.write('ready\n'));
