import { afterEach, expect, test } from '@jest/globals';
import { Closers, openOffice } from './support.js';

const closers = new Closers();
afterEach(() => closers.closeAll());

test("the app's own file: announced, sent, shown in a thread, and deleted with its message", async () => {
  const { slack, client, ann, bot, general } = await openOffice(closers);
  const root = slack.say({ user: ann, channel: general, text: 'a file?' }).ts;
  const { file_id: id = '', upload_url: url = '' } = await client.files.getUploadURLExternal({
    filename: 'a.md',
    length: 3,
  });
  expect((await fetch(url, { method: 'POST', body: 'four' })).status).toBe(400);
  expect((await fetch(url, { method: 'POST', body: 'abc' })).status).toBe(200);
  expect(slack.messages(general, root)).toHaveLength(1);

  await client.files.completeUploadExternal({ files: [{ id }], channel_id: general, thread_ts: root });
  const [, shown] = slack.messages(general, root);
  expect(shown).toMatchObject({ user: bot, subtype: 'file_share', text: '', files: [{ id, name: 'a.md' }] });
  expect((await client.files.info({ file: id })).file).toMatchObject({
    channels: [general],
    groups: [],
    ims: [],
    shares: { public: { [general]: [{ ts: shown?.ts, thread_ts: root }] }, private: {} },
  });

  await client.files.delete({ file: id });
  expect(slack.messages(general, root)).toHaveLength(1);
  await expect(client.files.info({ file: id })).rejects.toThrow('file_deleted');
});
