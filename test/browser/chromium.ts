import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Chromium or Chrome is found on Debian, Ubuntu, Fedora and macOS. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** As root there is no sandbox to be had, and a browser that only meets pages of this machine can do without. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: ARGS });
}

/** From `CHROMIUM_PATH`, or where it usually is. Throws an Error that says how to get one. */
export function chromiumPath(): string {
  const named = process.env['CHROMIUM_PATH'];
  const executablePath = (named ? [named] : USUAL_PLACES).find(isExecutable);
  if (executablePath === undefined) {
    const missing = named
      ? `CHROMIUM_PATH names ${named}, which cannot be run.`
      : 'There is no Chromium on this machine.';
    throw new Error(
      `${missing} Get it with "sh scripts/get-chromium.sh" (Debian, Ubuntu), or set CHROMIUM_PATH to a Chromium or Chrome.`,
    );
  }
  return executablePath;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be run: not this one.
    return false;
  }
}
