/** Commands, modals, shortcuts and the Home tab in the playground, in Chromium. */
import { expect, test } from '@jest/globals';
import { openedPlayground } from './opened.js';
import { END } from './visit.js';

const opened = openedPlayground({ instant: true });

/** Keeps a picture, where the person who runs the test wants one. */
async function look(name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await opened.visit.page.screenshot({ path: `${folder}/${name}.png` });
}

test('settings are changed in a modal, which says why where it may not be done', async () => {
  const { main, page } = opened.visit;
  await main.say('/skein settings');
  const modal = page.getByRole('dialog', { name: 'Settings' });
  await modal.waitFor();
  expect(await opened.visit.accessibilityFaults()).toEqual([]);
  await modal.getByRole('combobox', { name: /^When it answers/ }).selectOption('mention');
  await modal.getByRole('textbox', { name: /^Instructions/ }).fill('Talk about rye.');
  await look('settings');
  await modal.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved for this channel').waitFor();
  expect(await modal.isVisible()).toBe(false);
  await main.say('/skein why');
  await page.getByText('The settings in effect here').waitFor();
  await look('why');
});

test('the Home tab shows my settings, and opens the modal over it', async () => {
  const { page } = opened.visit;
  await opened.visit.go('Skein');
  await page.getByRole('button', { name: 'Home' }).click();
  const home = page.getByRole('dialog', { name: 'Home' });
  await home.getByText('Your recent conversations').waitFor();
  expect(await opened.visit.accessibilityFaults()).toEqual([]);
  await look('home');
  await home.getByRole('button', { name: 'Change my settings' }).click();
  const modal = page.getByRole('dialog', { name: 'Settings' });
  await modal.getByRole('textbox', { name: /^What it should know/ }).fill('I am a baker.');
  await modal.getByRole('button', { name: 'Save' }).click();
  await home.getByText('I am a baker.').waitFor();
  await home.getByRole('button', { name: 'Close' }).click();
});

test('a shortcut on a message asks about it; only I see the answer', async () => {
  const { main, page } = opened.visit;
  await main.say('The frobnicator is broken.');
  await main.clickAction(main.message('The frobnicator is broken.').last(), 'Shortcuts');
  await look('shortcuts');
  await page.getByRole('button', { name: 'Ask Skein about this' }).click();
  const modal = page.getByRole('dialog', { name: 'Ask Skein about this' });
  await modal.waitFor();
  expect(await opened.visit.accessibilityFaults()).toEqual([]);
  await look('ask');
  await modal.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('main').getByText(END).last().waitFor();
  await look('answer');
});
