import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { methods } from '../../src/simulator/methods/registry.js';
import { coverageRows } from './coverage.js';

const folder = new URL('../../src/simulator/', import.meta.url);
const rows = coverageRows();

describe('COVERAGE.md', () => {
  test('lists the methods of the registry, all and only', () => {
    expect(rows.map(({ method }) => method).toSorted()).toEqual([...methods.keys()].toSorted());
  });

  test.each(rows)('lists the arguments of $method, all and only', ({ method, args }) => {
    expect(args.toSorted()).toEqual(Object.keys(methods.get(method)?.rules ?? {}).toSorted());
  });
});

describe('the simulator', () => {
  test('imports nothing of the rest', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const strangers = files.flatMap((name) => {
      const imports = readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g);
      const own = name.includes('/') ? /^(node:|ws$|\.\/|\.\.\/(?!\.))/ : /^(node:|ws$|\.\/)/;
      return Array.from(imports, (match) => match[1] ?? '').filter((source) => !own.test(source));
    });
    expect(strangers).toEqual([]);
  });
});
