// What would be published, tried as a new user would: packed, installed in an empty folder, bundled, opened.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { openPage } from './support/browser.js';
import { web } from './support/server.js';
import { useSession } from './support/session.js';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A user's page</title>
<link rel="icon" href="data:,"><script type="module" src="./main.js"></script></html>`;

/** The project's README's JavaScript, word for word, on an image of the page. */
function readmeScript(): string {
  const readme = readFileSync(join(web, '../README.md'), 'utf8');
  const [, code] = /\*\*JavaScript\*\*[^]*?```js\n([^]*?)```/.exec(readme)!;
  const [imports, ...work] = code!.split('\n\n');
  return `${imports}
const image = new Image();
image.src = '/photos/astronaut.png';
await image.decode();
${work.join('\n')}
const rows = await depthMap.toArray();
document.title = [rows.length, 'rows', canvas.width, 'wide', gif.type].join(' ');`;
}

describe('the packed package', () => {
  let folder: string;
  let packed: { filename: string; files: { path: string }[]; size: number };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portrait-depth-'));
    const answer = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: web }).toString();
    [packed] = JSON.parse(answer) as [typeof packed];
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const session = useSession(() => ({ folders: { user: join(folder, 'out') } }));

  it('holds the build, its description, and nothing else', () => {
    const names = packed.files.map(({ path }) => path);
    const expected =
      /^(dist\/(portrait-depth(\.iife)?|worker)\.js|dist\/assets\/[\w.-]+|dist\/types\/\w+\.d\.ts|(README|THIRD_PARTY)\.md|LICENSE|package\.json)$/;
    expect(names.filter((name) => !expected.test(name))).toEqual([]);
    for (const name of ['README.md', 'dist/portrait-depth.js', 'dist/types/index.d.ts', 'dist/worker.js'])
      expect(names).toContain(name);
    expect(names.filter((name) => name.startsWith('dist/assets/'))).toHaveLength(12);
    expect(packed.size).toBeLessThan(18e6);
  });

  it('needs no other package', () => {
    const description = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(description.dependencies).toBeUndefined();
  });

  it('works in the page of a new user', async () => {
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "page", "private": true, "type": "module" }');
    writeFileSync(join(project, 'index.html'), PAGE);
    writeFileSync(join(project, 'main.js'), readmeScript());
    const tarball = join(folder, packed.filename);
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project, stdio: 'pipe' });
    await build({
      root: project,
      base: './',
      configFile: false,
      logLevel: 'error',
      build: { outDir: join(folder, 'out'), emptyOutDir: true, target: 'es2022' },
    });
    const { page, complaints } = await openPage(session.browser, `${session.origin}/user/`);
    await page.waitForFunction(() => document.title !== "A user's page");
    expect(await page.title()).toBe('512 rows 512 wide image/gif');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
