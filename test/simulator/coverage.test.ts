import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { methods } from '../../src/simulator/methods/registry.js';

const folder = new URL('../../src/simulator/', import.meta.url);
const page = readFileSync(new URL('COVERAGE.md', folder), 'utf8');

interface Row {
  readonly method: string;
  readonly args: string[];
  readonly errors: string[];
}

const quoted = (cell = ''): string[] => Array.from(cell.matchAll(/`([^`]+)`/g), (match) => match[1] ?? '');

const rows: Row[] = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, method, args, , errors] = line.split('|');
    return { method: quoted(method)[0] ?? '', args: quoted(args), errors: quoted(errors) };
  });

describe('COVERAGE.md', () => {
  test('lists the methods of the registry, all and only', () => {
    expect(rows.map(({ method }) => method).toSorted()).toEqual([...methods.keys()].toSorted());
  });

  test.each(rows)('lists the arguments of $method, all and only', ({ method, args }) => {
    expect(args.toSorted()).toEqual(Object.keys(methods.get(method)?.rules ?? {}).toSorted());
  });

  test('promises no error that nothing answers', () => {
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    const codes = rows.flatMap(({ errors }) => errors).filter((code) => !methods.has(code));
    expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
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
