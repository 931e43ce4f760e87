import { el } from './dom.js';

const THEMES = ['auto', 'light', 'dark'];
/** theme-start.js reads it before the page is painted. */
const KEY = 'skein.theme';

/** Light, dark, or as the system has it. */
export function themeSwitch() {
  const root = document.documentElement;
  const now = THEMES.includes(root.dataset.theme) ? root.dataset.theme : 'auto';
  const choose = (theme) => {
    root.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // It holds until the page is closed.
    }
  };
  return el(
    'fieldset',
    { class: 'theme' },
    el('legend', { class: 'unseen' }, 'Theme'),
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
