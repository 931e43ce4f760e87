import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { methods } from '../../src/simulator/methods/registry.js';
import { coverageRows } from './coverage.js';

const folder = new URL('../../src/simulator/', import.meta.url);
const rows = coverageRows();

describe('COVERAGE.md', () => {
  test('lists exactly the methods of the registry', () => {
    expect(rows.map(({ method }) => method).toSorted()).toEqual([...methods.keys()].toSorted());
  });

  test.each(rows)('lists exactly the arguments of $method', ({ method, args }) => {
    expect(args.toSorted()).toEqual(Object.keys(methods.get(method)?.rules ?? {}).toSorted());
  });
});

describe('the simulator', () => {
  test('imports nothing from the rest of src', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const foreignImports = files.flatMap((name) => {
      const imports = readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g);
      const allowed = name.includes('/') ? /^(node:|ws$|\.\/|\.\.\/(?!\.))/ : /^(node:|ws$|\.\/)/;
      return Array.from(imports, (match) => match[1] ?? '').filter((source) => !allowed.test(source));
    });
    expect(foreignImports).toEqual([]);
  });
});
