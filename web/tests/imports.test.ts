// The imports of the package's sources: no circles. Imports of types count, because they tie files together too.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { web } from './support/server.js';

type Imports = Record<string, string[]>;

/** The files of the same folder that each source imports or exports from, by their names. */
function readImports(folder: string): Imports {
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return Object.fromEntries(
    sources.map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const imported = [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*'\.\/(\w+)\.js'/g)].map(([, file]) => `${file}.ts`);
      return [name, imported];
    }),
  );
}

/** Each circle once, as `a.ts -> b.ts -> a.ts`, beginning with its first name in alphabetical order. */
function circlesOf(imports: Imports): string[] {
  const circles = new Set<string>();
  const done = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    const start = path.indexOf(name);
    if (start >= 0) {
      const circle = path.slice(start);
      const first = circle.indexOf([...circle].sort()[0]!);
      const turned = [...circle.slice(first), ...circle.slice(0, first)];
      circles.add([...turned, turned[0]].join(' -> '));
      return;
    }
    if (done.has(name)) return;
    for (const next of imports[name] ?? []) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(imports)) visit(name, []);
  return [...circles].sort();
}

describe('the imports of the sources', () => {
  const imports = readImports(join(web, 'src'));

  it('are read', () => {
    expect(imports['index.ts']).toContain('create_estimator.ts');
    expect(imports['worker_client.ts']).toContain('worker_host.ts'); // a type only
  });
  it('name files that exist', () => {
    const files = Object.keys(imports);
    const missing = Object.values(imports)
      .flat()
      .filter((name) => !files.includes(name));
    expect(missing).toEqual([]);
  });
  it('form no circle', () => expect(circlesOf(imports)).toEqual([]));
});

describe('the search for circles', () => {
  it('finds a circle of two, of three, and of one', () =>
    expect(
      circlesOf({
        'a.ts': ['b.ts', 'c.ts'],
        'b.ts': ['a.ts'],
        'c.ts': ['d.ts'],
        'd.ts': ['e.ts'],
        'e.ts': ['c.ts', 'e.ts'],
      }),
    ).toEqual(['a.ts -> b.ts -> a.ts', 'c.ts -> d.ts -> e.ts -> c.ts', 'e.ts -> e.ts']));
  it('accepts a file that two files import', () =>
    expect(circlesOf({ 'a.ts': ['b.ts', 'c.ts'], 'b.ts': ['d.ts'], 'c.ts': ['d.ts'], 'd.ts': [] })).toEqual([]));
});
