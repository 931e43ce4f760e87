/** Horizontal bars in panels, as SVG. Pure. */

export interface BarChart {
  readonly panels: readonly {
    readonly title: string;
    readonly digits: number;
    readonly bars: readonly { readonly label: string; readonly value: number; readonly isOwn: boolean }[];
  }[];
  readonly footer: string;
}

interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly own: string;
  readonly other: string;
}

/** GitHub's backgrounds are white and #0d1117: the charts have none of their own. */
export const THEMES = {
  light: { text: '#1f2328', faint: '#59636e', own: '#0969da', other: '#b6c2cf' },
  dark: { text: '#f0f6fc', faint: '#9198a1', own: '#4493f8', other: '#4b5563' },
} as const satisfies Record<string, Theme>;

const WIDTH = 760;
const LABELS = 110;
const VALUES = 70;
const BAR = 16;
const ROW = 24;
const TITLE = 30;
const PANEL_GAP = 14;
const FOOTER = 26;

export function drawChart({ panels, footer }: BarChart, theme: Theme): string {
  let top = 0;
  const drawn = panels.map(({ title, digits, bars }) => {
    const most = Math.max(...bars.map(({ value }) => value));
    const rows = bars.map(({ label, value, isOwn }, at) => {
      const y = top + TITLE + at * ROW;
      const length = most > 0 ? (value / most) * (WIDTH - LABELS - VALUES) : 0;
      const weight = isOwn ? ' font-weight="600"' : '';
      return [
        text(LABELS - 8, y + BAR - 4, label, theme.text, `text-anchor="end"${weight}`),
        `<rect x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${isOwn ? theme.own : theme.other}"/>`,
        text(LABELS + length + 6, y + BAR - 4, value.toFixed(digits), theme.text, weight),
      ].join('\n');
    });
    const head = text(0, top + 18, title, theme.text, 'font-weight="600"');
    top += TITLE + bars.length * ROW + PANEL_GAP;
    return [head, ...rows].join('\n');
  });
  const height = top + FOOTER;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13">`,
    `<title>${escaped(panels.map(({ title }) => title).join('; '))}</title>`,
    ...drawn,
    text(0, top + 14, footer, theme.faint, 'font-size="11"'),
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, words: string, color: string, more: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" fill="${color}" ${more.trim()}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
