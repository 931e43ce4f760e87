import { el } from '../dom.js';
import { collapseOlder } from './collapse-older.js';
import { counted } from './format.js';
import { turnRows } from './memory.js';
import { section } from './section.js';

/** Section with what stood in the channel before the mention; hidden where nothing did. */
export function channelSection(world) {
  const list = el('ol', { class: 'turns' });
  const fold = collapseOlder(list, 'message');
  const note = el('p', { class: 'sentence' }, 'Sent as background; never answered.');
  const { node, setCaption } = section('Channel before', note, fold.button, list);
  const show = turnRows(world, list);
  return {
    node,
    update({ memory }) {
      const said = memory?.channelBefore ?? [];
      node.hidden = said.length === 0;
      setCaption(counted(said.length, 'message'));
      show(said);
      fold.update();
    },
  };
}
