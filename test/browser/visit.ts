/** A person at the playground's page, in a real browser. */
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page, Route } from 'playwright-core';
import { until } from '../support/until.js';

/** With it the stand-in's answers end. */
export const END = 'start the playground again.';

export class Visit {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    /** What the browser complained of: errors and warnings of the console, exceptions, requests that failed. */
    readonly complaints: string[],
  ) {}

  static async to(url: string, browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
    return Visit.in(
      await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options }),
      url,
    );
  }

  private static async in(context: BrowserContext, url: string, complaints: string[] = []): Promise<Visit> {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(url);
    const visit = new Visit(page, context, complaints);
    await visit.main.composer.waitFor();
    return visit;
  }

  leave(): Promise<void> {
    return this.context.close();
  }

  /** Another tab of the same browser, whose complaints are among this one's. */
  inAnotherTab(): Promise<Visit> {
    return Visit.in(this.context, this.page.url(), this.complaints);
  }

  get main(): Pane {
    return new Pane(this.page.locator('main'));
  }

  get thread(): Pane {
    return new Pane(this.page.getByRole('complementary', { name: 'Thread' }));
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspector' });
  }

  /** Goes to a channel or DM of the sidebar. */
  async go(place: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('button', { name: place }).click();
  }

  async writeAs(person: string): Promise<void> {
    await this.page.getByRole('radio', { name: person }).click();
  }

  /** Makes something fail by its button. */
  async fault(button: string | RegExp): Promise<void> {
    const panel = this.page.getByText('Make something fail');
    if (!(await this.page.getByRole('button', { name: button }).isVisible())) await panel.click();
    await this.page.getByRole('button', { name: button }).click();
  }

  /** Opens the inspector of the open thread or DM. */
  async inspect(): Promise<Locator> {
    if (!(await this.inspector.isVisible()))
      await this.page.getByRole('button', { name: 'Inspect', exact: true }).locator('visible=true').click();
    await this.inspector.waitFor();
    return this.inspector;
  }

  /** The next request to `path` gets no answer until it is refused, with what is returned. */
  async hold(path: string): Promise<(error: string) => Promise<void>> {
    const held = new Promise<Route>((take) => void this.page.route(`**${path}`, take, { times: 1 }));
    return async (error) => {
      const route = await held;
      const [before, answered] = [
        this.complaints.length,
        this.page.waitForResponse((response) => response.request() === route.request()),
      ];
      await route.fulfill({ status: 400, json: { error } });
      await (await answered).finished();
      // The browser tells the console as well, which is no fault here.
      await until(() => this.complaints.length > before, 'the console to hear of it');
      this.complaints.splice(before);
    };
  }

  /** Faults against WCAG that axe calls serious or critical; one line each. */
  async accessibilityFaults(): Promise<string[]> {
    // Not as a script tag, which the page's policy forbids.
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate<AxeResults>('axe.run()');
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
  }

  /** Messages not read yet, as the window's title says: "(2) …". */
  async unread(): Promise<number> {
    return Number(/^\((\d+)\) /.exec(await this.page.title())?.[1] ?? 0);
  }

  /** The colour of what one reads on. */
  paper(): Promise<string> {
    return this.page.evaluate('getComputedStyle(document.querySelector("main")).backgroundColor');
  }

  /** True when nothing is wider than the window. */
  fits(): Promise<boolean> {
    return this.page.evaluate('document.documentElement.scrollWidth <= innerWidth');
  }
}

/** The channel's pane or the thread's. */
export class Pane {
  constructor(readonly node: Locator) {}

  get composer(): Locator {
    return this.node.locator('.composer textarea');
  }

  /** What the composer says of something that was refused. */
  get problem(): Locator {
    return this.node.locator('.composer .problem');
  }

  /** The message that holds this text. */
  message(text: string | RegExp): Locator {
    return this.node.getByRole('article').filter({ hasText: text });
  }

  get replies(): Locator {
    return this.node.locator('.message.bot');
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Resolves with the bot's nth reply when it holds `ending`. */
  async reply(nth = 0, ending = END): Promise<Locator> {
    const reply = this.replies.nth(nth);
    await reply.getByText(ending).first().waitFor();
    return reply;
  }

  /** Presses one of the buttons over a message. */
  async act(message: Locator, action: string): Promise<void> {
    await message.hover();
    await message.getByRole('button', { name: action, exact: true }).click();
  }
}
