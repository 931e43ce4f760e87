/**
 * The bot of most tutorials: Bolt hears a mention, asks the model, says the answer in the thread, and keeps the threads
 * in a Map.
 * - Bolt over HTTP, `app.event('app_mention')` and `say`: https://docs.slack.dev/tools/bolt-js/concepts/event-listening
 *   and https://docs.slack.dev/tools/bolt-js/concepts/message-sending
 * - `slackApiUrl`: https://docs.slack.dev/tools/node-slack-sdk/web-api
 * - `chat.completions.create`: https://github.com/openai/openai-node#usage
 */
import bolt from '@slack/bolt';
import OpenAI from 'openai';

const openai = new OpenAI();
const instructions = { role: 'system', content: 'You are a helpful assistant.' };
const threads = new Map();

const app = new bolt.App({
  token: process.env.SLACK_BOT_TOKEN,
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

app.event('app_mention', async ({ event, say, logger }) => {
  const thread = event.thread_ts ?? event.ts;
  const history = threads.get(thread) ?? [];
  threads.set(thread, history);
  history.push({ role: 'user', content: event.text.replace(/<@\w+>/, '').trim() });
  try {
    const completion = await openai.chat.completions.create({
      model: 'gpt-6-luna',
      messages: [instructions, ...history],
    });
    const { content } = completion.choices[0].message;
    history.push({ role: 'assistant', content });
    await say({ text: content, thread_ts: thread });
  } catch (error) {
    logger.error(error);
    await say({ text: 'Sorry, something went wrong.', thread_ts: thread });
  }
});

await app.start(Number(process.env.PORT));
process.stdout.write('ready\n');
