import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SETTINGS, settingsTable } from '../../src/config/settings.js';
import type { Setting } from '../../src/config/settings/setting.js';

const settings: [string, Setting][] = Object.entries(SETTINGS);

interface Example {
  name: string;
  value: string;
  commentedOut: boolean;
  explained: boolean;
}

/** The settings of a dotenv file, including those commented out. */
function examples(file: string): Example[] {
  const lines = file.split('\n');
  return lines.flatMap((line, index) => {
    const [, hash, name, value] = /^(# )?([A-Z][A-Z_]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const above = lines[index - 1] ?? '';
    return [{ name, value: value ?? '', commentedOut: hash !== undefined, explained: /^# [A-Z].* .*\.$/.test(above) }];
  });
}

describe('.env.example', () => {
  const given = examples(readFileSync('.env.example', 'utf8'));

  it('has every setting once, and no other', () => {
    expect(given.map(({ name }) => name).toSorted()).toEqual(settings.map(([name]) => name).toSorted());
  });

  it('explains each in the line above it', () => {
    expect(given.filter(({ explained }) => !explained)).toEqual([]);
  });

  it('shows the defaults, commented out', () => {
    for (const [name, { default: fallback }] of settings) {
      if (fallback !== undefined)
        expect(given).toContainEqual({ name, value: fallback, commentedOut: true, explained: true });
    }
  });

  it('begins with the settings that most people must fill in; all others are commented out', () => {
    const required = given.filter(({ commentedOut }) => !commentedOut);
    expect(given.slice(0, required.length)).toEqual(required);
    expect(required.map(({ name, value }) => [name, value])).toEqual([
      ['SLACK_BOT_TOKEN', ''],
      ['SLACK_APP_TOKEN', ''],
      ['OPENAI_API_KEY', ''],
    ]);
  });

  it('has only valid examples', () => {
    for (const { name, value } of given) {
      const setting = settings.find(([known]) => known === name)?.[1];
      if (value)
        expect({ name, problem: setting?.parser.safeParse(value).error }).toEqual({ name, problem: undefined });
    }
  });
});

describe('docs/settings.md', () => {
  it('has the current table of settings', () => {
    const [, table] =
      /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readFileSync('docs/settings.md', 'utf8')) ?? [];
    expect(table?.trim()).toBe(settingsTable());
  });
});
