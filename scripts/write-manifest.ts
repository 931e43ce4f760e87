/** npm run manifest: writes manifest.json, and the README's link that creates the app from it, from what the bot's parts need. */
import { readFileSync, writeFileSync } from 'node:fs';
import { appManifest } from '../src/bot.js';
import { flagsOrExit } from './command-line.js';

flagsOrExit(
  'Usage: npm run manifest\n\nWrites manifest.json, and the link in the README that creates the app from it.',
  {},
);

const json = JSON.stringify(appManifest());
writeFileSync('manifest.json', `${JSON.stringify(appManifest(), undefined, 2)}\n`);
const readme = readFileSync('README.md', 'utf8');
const link = /(https:\/\/api\.slack\.com\/apps\?new_app=1&manifest_json=)[^)\s]+/;
writeFileSync('README.md', readme.replace(link, `$1${encodeURIComponent(json)}`));
