import { el, setText } from '../dom.js';
import { closeModal, pressInView, submitModal } from '../server.js';
import { viewContent, viewDialog } from './view.js';

/** The modal that the person has open, if the app has opened one. */
export function modalView(world) {
  let shown;
  let entered = () => ({});
  const close = () => void closeModal(world.me).catch(() => {});
  const { dialog, form, title, body, problem, foot } = viewDialog('modal', close);
  form.addEventListener('submit', (event) => void submit(event));

  async function submit(event) {
    event.preventDefault();
    setText(problem, '');
    for (const button of foot.children) button.disabled = true;
    try {
      await submitModal(world.me, entered());
    } catch (error) {
      setText(problem, error.message);
    } finally {
      for (const button of foot.children) button.disabled = false;
    }
  }

  function show({ view }) {
    const press = (pressed) => pressInView(world.me, pressed).catch((error) => setText(problem, error.message));
    const content = viewContent(view.blocks, world, press);
    ({ entered } = content);
    setText(title, view.title.text);
    setText(problem, '');
    body.replaceChildren(...content.nodes);
    foot.replaceChildren(
      el('button', { type: 'button', onclick: close }, view.close?.text ?? 'Close'),
      ...(view.submit ? [el('button', { type: 'submit', class: 'primary' }, view.submit.text)] : []),
    );
    if (!dialog.open) dialog.showModal();
  }

  return {
    dialog,
    render() {
      const modal = world.viewsOf(world.me).modal;
      if (modal?.id === shown) return;
      shown = modal?.id;
      if (modal) show(modal);
      else dialog.close();
    },
  };
}
