/**
 * The tutorials' bot, streaming: it posts a placeholder and edits it once a second while the model writes. `chat.update`
 * is for 50 calls a minute and more (https://docs.slack.dev/reference/methods/chat.update), hence the second, which
 * is what tutorials take too. The rest is as in bolt.mjs; the stream as in
 * https://github.com/openai/openai-node#streaming-responses
 */
import bolt from '@slack/bolt';
import OpenAI from 'openai';

const UPDATE_INTERVAL_MS = 1_000;

const openai = new OpenAI();
const instructions = { role: 'system', content: 'You are a helpful assistant.' };
const threads = new Map();

const app = new bolt.App({
  token: process.env.SLACK_BOT_TOKEN,
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

app.event('app_mention', async ({ event, client, say, logger }) => {
  const thread = event.thread_ts ?? event.ts;
  const history = threads.get(thread) ?? [];
  threads.set(thread, history);
  history.push({ role: 'user', content: event.text.replace(/<@\w+>/, '').trim() });
  const { channel, ts } = await say({ text: 'Thinking…', thread_ts: thread });
  try {
    const stream = await openai.chat.completions.create({
      model: 'gpt-6-luna',
      messages: [instructions, ...history],
      stream: true,
    });
    let text = '';
    let updatedAt = Date.now();
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (text === '' || Date.now() - updatedAt < UPDATE_INTERVAL_MS) continue;
      updatedAt = Date.now();
      await client.chat.update({ channel, ts, text });
    }
    await client.chat.update({ channel, ts, text });
    history.push({ role: 'assistant', content: text });
  } catch (error) {
    logger.error(error);
    await client.chat.update({ channel, ts, text: 'Sorry, something went wrong.' });
  }
});

await app.start(Number(process.env.PORT));
process.stdout.write('ready\n');
