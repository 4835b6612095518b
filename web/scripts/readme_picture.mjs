// Makes the picture of the package's README: the sample portrait as a small film. Needs the built command (make).

import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const project = dirname(web);
const portrait = join(project, '.deps/samples/astronaut.png');
const small = ['--height', '200', '--fps', '12', '--duration', '2', '--quality', '0.5', '--quiet'];
execFileSync(
  join(project, 'bin/portrait-depth'),
  ['photo3d', portrait, '-o', join(web, 'images/astronaut.gif'), ...small],
  { stdio: 'inherit' },
);
