/** Conversation tests that run with every transport and every store. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { World, type WorldOptions } from './world.js';

export function conversationScenes(where: string, options: () => WorldOptions): void {
  describe(`the bot ${where}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await World.start(options());
      world.echo();
    });
    afterEach(() => world.stop());

    test('answers a mention once, in its thread, and removes the mention from the prompt', async () => {
      const { slack, ada, general, botId } = world;
      const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> what is a skein?` });
      expect(await world.untilSays(general, ts, 'Re: Ada: what is a skein?')).toHaveLength(1);
      expect(world.lastPrompt).toEqual(['user: Ada: what is a skein?']);
      expect(world.replies(general)).toHaveLength(1);
    });

    test('answers further messages in the thread without a mention, with the whole conversation in the prompt', async () => {
      const { slack, ada, general, botId } = world;
      const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> one` });
      await world.untilSays(general, ts, 'Re: Ada: one');
      slack.say({ user: ada, channel: general, threadTs: ts, text: 'two' });
      await world.untilSays(general, ts, 'Re: Ada: two');
      expect(world.lastPrompt).toEqual(['user: Ada: one', 'assistant: Re: Ada: one', 'user: Ada: two']);
    });

    test('answers each DM in a thread of its own, and goes on there', async () => {
      const { slack, ada } = world;
      const dm = slack.dm(ada).id;
      const [first, second] = ['hello', 'and another'].map((text) => slack.say({ user: ada, channel: dm, text }).ts);
      await world.untilSays(dm, first, 'Re: hello');
      await world.untilSays(dm, second, 'Re: and another');
      slack.say({ user: ada, channel: dm, threadTs: first ?? '', text: 'go on' });
      await expect(world.untilSays(dm, first, 'Re: go on')).resolves.toEqual(['Re: hello', 'Re: go on']);
      expect(world.lastPrompt).toEqual(['user: hello', 'assistant: Re: hello', 'user: go on']);
      expect(world.replies(dm, first)).toHaveLength(2);
      expect(world.replies(dm)).toHaveLength(3);
      expect(world.replies(dm, second)).toHaveLength(1);
    });

    test('with DM_REPLIES=flat answers a DM at its top level and in its threads, as separate conversations', async () => {
      await world.stop();
      const more = options();
      world = await World.start({ ...more, env: { ...more.env, DM_REPLIES: 'flat' } });
      world.echo();
      const { slack, ada } = world;
      const dm = slack.dm(ada).id;
      const first = slack.say({ user: ada, channel: dm, text: 'hello' });
      await world.untilSays(dm, undefined, 'Re: hello');
      slack.say({ user: ada, channel: dm, text: 'and again' });
      await world.untilSays(dm, undefined, 'Re: and again');
      expect(world.lastPrompt).toEqual(['user: hello', 'assistant: Re: hello', 'user: and again']);
      expect(world.replies(dm).map(({ threadTs }) => threadTs)).toEqual([undefined, undefined]);

      slack.say({ user: ada, channel: dm, threadTs: first.ts, text: 'aside' });
      await world.untilSays(dm, first.ts, 'Re: aside');
      // The thread's prompt has its first message, but not the rest of the DM.
      expect(world.lastPrompt).toEqual(['user: hello', 'user: aside']);
    });

    test('uses a native stream in a DM thread, and none in a channel', async () => {
      const { slack, model, ada, general, botId } = world;
      // Slow enough for a partial answer to be visible.
      const response = { content: 'An answer that takes its time.' };
      model.prependFixture({ match: { userMessage: /slowly/ }, response, chunkSize: 3, latency: 50 });
      const dm = slack.dm(ada).id;
      const root = slack.say({ user: ada, channel: dm, text: 'slowly, in the thread' });
      await world.untilSays(dm, root.ts, response.content);
      const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> slowly, here` });
      await world.untilSays(general, ts, response.content);
      const methods = (channel: string): string[] =>
        slack.calls.filter(({ args }) => args['channel'] === channel).map(({ method }) => method);
      expect(methods(dm)).toContain('chat.startStream');
      expect(methods(dm)).toContain('chat.stopStream');
      expect(methods(general)).not.toContain('chat.startStream');
    });

    test('treats a message that is delivered several times as one turn', async () => {
      const { slack, ada, general, botId } = world;
      const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> once` });
      await world.untilSays(general, ts, 'Re: Ada: once');
      slack.redeliverLast();
      slack.redeliverLast();
      await world.untilAcked();
      slack.say({ user: ada, channel: general, threadTs: ts, text: 'and then' });
      await expect(world.untilSays(general, ts, 'Re: Ada: and then')).resolves.toEqual([
        'Re: Ada: once',
        'Re: Ada: and then',
      ]);
      expect(world.asked).toHaveLength(2);
    });

    test('keeps messages between people in a thread as context', async () => {
      const { slack, ada, bob, general, botId } = world;
      const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hi` });
      await world.untilSays(general, ts, 'Re: Ada: hi');
      slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${bob}> what do you say?` });
      slack.say({ user: bob, channel: general, threadTs: ts, text: 'fine with me' });
      await world.untilAcked();
      slack.say({ user: bob, channel: general, threadTs: ts, text: `<@${botId}> and you?` });
      await world.untilSays(general, ts, 'Re: Bob: and you?');
      expect(world.lastPrompt).toEqual([
        'user: Ada: hi',
        'assistant: Re: Ada: hi',
        'user: Ada: @Bob what do you say?',
        'user: Bob: fine with me',
        'user: Bob: and you?',
      ]);
      expect(world.asked).toHaveLength(2);
    });

    test('mentioned in the middle of a thread, reads the earlier messages once', async () => {
      const { slack, ada, bob, general, botId } = world;
      const { ts } = slack.say({ user: ada, channel: general, text: 'the build is broken' });
      slack.say({ user: bob, channel: general, threadTs: ts, text: 'since noon' });
      slack.say({ user: bob, channel: general, threadTs: ts, text: `<@${botId}> why?` });
      await world.untilSays(general, ts, 'Re: Bob: why?');
      expect(world.lastPrompt).toEqual(['user: Ada: the build is broken', 'user: Bob: since noon', 'user: Bob: why?']);
      slack.say({ user: bob, channel: general, threadTs: ts, text: 'thanks' });
      await world.untilSays(general, ts, 'Re: Bob: thanks');
      expect(slack.calls.filter(({ method }) => method === 'conversations.replies')).toHaveLength(1);
    });

    test('applies edits and deletions of older messages without answering them', async () => {
      const { slack, ada, general, botId } = world;
      const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> the code is 1234` });
      await world.untilSays(general, ts, 'Re: Ada: the code is 1234');
      const second = slack.say({ user: ada, channel: general, threadTs: ts, text: 'a secret' });
      await world.untilSays(general, ts, 'Re: Ada: a secret');
      slack.edit({ user: ada, channel: general, ts, text: `<@${botId}> the code is 5678` });
      slack.unfurl({ channel: general, ts });
      slack.remove({ channel: general, ts: second.ts });
      const reply = world.replies(general, ts).find(({ markdown }) => markdown === 'Re: Ada: a secret');
      slack.remove({ channel: general, ts: reply?.ts ?? '' });
      await world.untilAcked();
      slack.say({ user: ada, channel: general, threadTs: ts, text: 'what is it?' });
      await world.untilSays(general, ts, 'Re: Ada: what is it?');
      expect(world.lastPrompt).toEqual([
        'user: Ada: the code is 5678',
        'assistant: Re: Ada: the code is 1234',
        'user: Ada: what is it?',
      ]);
      expect(world.asked).toHaveLength(3);
    });

    test('greets a person who only mentions it', async () => {
      const { slack, ada, general, botId } = world;
      const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}>` });
      const [greeting] = await slack.until(() =>
        world.replies(general, ts).length > 0 ? world.replies(general, ts) : undefined,
      );
      expect(greeting?.markdown).toMatch(/^Hello!/);
      expect(world.asked).toHaveLength(0);
    });

    test('does not reply to apps, external users, or messages that do not mention it', async () => {
      const { slack, ada, bob, general, botId } = world;
      const other = slack.addUser({ name: 'buildbot', app: true }).id;
      const guest = slack.addUser({ name: 'guest', team: 'T0OTHER0001' }).id;
      const shared = slack.addChannel({ name: 'shared', members: [ada, guest, other, botId] }).id;
      slack.join({ user: bob, channel: shared });
      slack.say({ user: other, channel: shared, text: `<@${botId}> build done` });
      slack.say({ user: guest, channel: shared, text: `<@${botId}> hello from next door` });
      const talk = slack.say({ user: ada, channel: shared, text: 'just talking' });
      slack.say({ user: ada, channel: shared, threadTs: talk.ts, text: 'still just talking' });
      await world.untilAcked();
      const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> now you` });
      await world.untilSays(general, ts, 'Re: Ada: now you');
      expect(world.replies(shared)).toEqual([]);
      expect(world.asked).toHaveLength(1);
    });
  });
}
