/** Prints what people think of answers, from Redis, as text or as JSON. */
import { redisFeedback } from '../redis/feedback.js';
import { readFeedbackFlags, USAGE } from './feedback/flags.js';
import { feedbackJson, feedbackText } from './feedback/list.js';
import { printFromRedis } from './from-redis.js';

/** Nothing is written. */
const NO_TTL_DAYS = 1;

await printFromRedis({
  usage: USAGE,
  readFlags: readFeedbackFlags,
  async read(redis, prefix, { good, json }) {
    const all = await redisFeedback(redis, NO_TTL_DAYS, prefix).all();
    const shown = good ? all : all.filter(({ rating }) => rating === 'negative');
    return json ? feedbackJson(shown) : feedbackText(shown);
  },
  failure: "Can't read feedback",
});
