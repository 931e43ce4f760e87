import { el } from './dom.js';

const THEMES = ['auto', 'light', 'dark'];
/** theme-start.js reads it too, before the first paint. */
const KEY = 'skein.theme';

/** Theme switch: light, dark, or the system's choice. */
export function themeSwitch() {
  const root = document.documentElement;
  const now = THEMES.includes(root.dataset.theme) ? root.dataset.theme : 'auto';
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
    ...THEMES.map((theme) =>
      el(
        'label',
        {},
        el('input', {
          type: 'radio',
          name: 'theme',
          value: theme,
          checked: theme === now,
          onchange: () => choose(theme),
        }),
        el('span', {}, theme.charAt(0).toUpperCase() + theme.slice(1)),
      ),
    ),
  );
}
