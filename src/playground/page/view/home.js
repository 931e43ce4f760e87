import { el, setText } from '../dom.js';
import { openHome, pressInView } from '../server.js';
import { viewContent, viewDialog } from './view.js';

/** The app's Home tab, as a dialog: `button` opens it. */
export function homeView(world) {
  let shown;
  const { dialog, title, body, problem, foot } = viewDialog('home', () => {});
  foot.append(el('button', { type: 'button', onclick: () => dialog.close() }, 'Close'));
  setText(title, 'Home');

  async function open() {
    shown = undefined;
    setText(problem, '');
    dialog.showModal();
    render();
    try {
      await openHome(world.me);
    } catch (error) {
      setText(problem, error.message);
    }
  }

  function render() {
    button.hidden = world.channel.kind !== 'im';
    if (!dialog.open) return;
    const { home } = world.viewsOf(world.me);
    // The same view is the same object until it is published anew.
    if (home !== undefined && home === shown) return;
    shown = home;
    const press = async (pressed) => {
      // A modal opens over it.
      await pressInView(world.me, pressed).catch((error) => setText(problem, error.message));
    };
    body.replaceChildren(...(home ? viewContent(home.view.blocks, world, press).nodes : [el('p', {}, 'Loading…')]));
  }

  const button = el('button', { type: 'button', class: 'inspect', title: "The app's Home tab", onclick: open }, 'Home');
  return { dialog, button, render };
}
