import { el, setText } from '../dom.js';
import { callShortcut } from '../server.js';
import { viewDialog } from './view.js';

/** The dialog with the app's shortcuts for a message. */
export function shortcutsDialog(world) {
  const { dialog, title, body, problem, foot } = viewDialog('shortcuts', () => {});
  setText(title, 'Shortcuts');
  foot.append(el('button', { type: 'button', onclick: () => dialog.close() }, 'Close'));

  async function run(shortcut, where) {
    try {
      await callShortcut({ ...where, id: shortcut.id });
      dialog.close();
    } catch (error) {
      setText(problem, error.message);
    }
  }

  return {
    dialog,
    /** For the message `ts` of the current channel. */
    open(ts) {
      const where = { user: world.me, channel: world.channelId, ts };
      setText(problem, '');
      body.replaceChildren(
        ...world.shortcuts.map((shortcut) =>
          el('button', { type: 'button', class: 'shortcut', onclick: () => run(shortcut, where) }, shortcut.name),
        ),
      );
      dialog.showModal();
    },
  };
}
