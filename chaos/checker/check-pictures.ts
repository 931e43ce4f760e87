/** Each picture that a reply shows is there once, and none is there without its reply. */
import { picturesIn } from './answer-format.js';
import type { Evidence } from './evidence.js';
import type { ReportFinding } from './findings.js';
import { groupBy } from './group-by.js';

export function checkPictures({ pictures = [], botMessages, refusals }: Evidence, report: ReportFinding): void {
  const refused = new Set(refusals.map(({ place }) => place));
  const posted = groupBy(pictures, ({ place }) => [place]);
  const said = groupBy(
    botMessages.filter(({ isNote }) => !isNote),
    ({ place }) => [place],
  );
  for (const place of new Set([...posted.keys(), ...said.keys()])) {
    // After a refusal the bot can neither show nor delete what belongs to the reply.
    if (refused.has(place)) continue;
    const there = (posted.get(place) ?? []).map(({ name }) => name);
    const { shown, named } = picturesIn((said.get(place) ?? []).map(({ text }) => text).join('\n'));
    for (const name of new Set([...there, ...shown])) {
      const [count, most, least] = [there, named, shown].map((all) => all.filter((one) => one === name).length);
      if ((count ?? 0) < (least ?? 0)) report('picture lost', `${name} in ${place}`);
      if ((count ?? 0) > (most ?? 0)) report('picture doubled', `${name} in ${place}`);
    }
  }
}
