import { el } from '../dom.js';
import { icon } from '../icons.js';
import { filePath } from '../server.js';

/** What browsers show. */
const PICTURE = /^image\/(?:png|jpeg|gif|webp|avif)$/;

/** Files of a message: pictures are shown, others can be saved. */
export function fileNodes(files) {
  return files.map(({ id, name, mimetype, size }) => {
    if (name === undefined) return el('p', { class: 'not-shown' }, 'This file was deleted.');
    const href = filePath(id);
    const line = el(
      'span',
      { class: 'file-line' },
      icon('file'),
      el('bdi', { class: 'name' }, name),
      el('span', { class: 'size' }, sizeText(size)),
    );
    if (!PICTURE.test(mimetype)) return el('a', { class: 'file', href, download: name }, line);
    const picture = el('img', { src: href, alt: name, loading: 'lazy' });
    return el('a', { class: 'file picture', href, target: '_blank', rel: 'noopener' }, line, picture);
  });
}

/** "312 bytes", "4.2 MB". */
export function sizeText(bytes) {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'KB'] : [bytes / 1_000_000, 'MB'];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}
