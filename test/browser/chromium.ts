import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Default paths of Chromium and Chrome on Debian, Ubuntu, Fedora and macOS. */
const DEFAULT_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Chromium has no sandbox as root; a browser that only loads local pages can do without. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: ARGS });
}

/** From `CHROMIUM_PATH`, or a default path. Throws an Error that says how to install one. */
export function chromiumPath(): string {
  const named = process.env['CHROMIUM_PATH'];
  const executablePath = (named ? [named] : DEFAULT_PATHS).find(isExecutable);
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
    // Missing or not executable.
    return false;
  }
}
