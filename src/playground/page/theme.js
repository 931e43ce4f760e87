import { el } from './dom.js';
import { icon } from './icons.js';

/** With their icons. */
const THEMES = { auto: 'monitor', light: 'sun', dark: 'moon' };
/** theme-start.js reads it too, before the first paint. */
const KEY = 'skein.theme';

/** Theme switch: light, dark, or the system's choice. */
export function themeSwitch() {
  const root = document.documentElement;
  const now = Object.hasOwn(THEMES, root.dataset.theme) ? root.dataset.theme : 'auto';
  const choose = (theme) => {
    root.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // No storage available: the choice lasts until the page is closed.
    }
  };
  return el(
    'fieldset',
    { class: 'theme' },
    el('legend', { class: 'visually-hidden' }, 'Theme'),
    ...Object.entries(THEMES).map(([theme, picture]) =>
      el(
        'label',
        { title: titleOf(theme) },
        el('input', {
          type: 'radio',
          name: 'theme',
          value: theme,
          checked: theme === now,
          onchange: () => choose(theme),
        }),
        el('span', {}, icon(picture), el('span', { class: 'visually-hidden' }, titleOf(theme))),
      ),
    ),
  );
}

function titleOf(theme) {
  return theme.charAt(0).toUpperCase() + theme.slice(1);
}
