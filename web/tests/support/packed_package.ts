// The package as npm would publish it, installed in the folder of a new user's project.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { portrait } from './files.js';
import { web } from './server.js';

export interface PackedPackage {
  /** A folder for the outputs of bundlers, which holds the project too. */
  folder: string;
  /** The user's project; `public/photos` has the astronaut. */
  project: string;
  packed: { filename: string; files: { path: string }[]; size: number };
}

/** The paths are set before the hooks that are declared after this call. */
export function usePackedPackage(): PackedPackage {
  const folder = mkdtempSync(join(tmpdir(), 'portrait-depth-'));
  const result = { folder, project: join(folder, 'project') } as PackedPackage;
  beforeAll(() => {
    const answer = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: web }).toString();
    [result.packed] = JSON.parse(answer) as [PackedPackage['packed']];
    const photos = join(result.project, 'public/photos');
    mkdirSync(photos, { recursive: true });
    copyFileSync(portrait, join(photos, 'astronaut.png'));
    writeFileSync(join(result.project, 'package.json'), '{ "name": "page", "private": true, "type": "module" }');
    const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', [...install, join(folder, result.packed.filename)], { cwd: result.project, stdio: 'pipe' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return result;
}
