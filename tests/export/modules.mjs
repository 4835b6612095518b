// The packages that scripts/fetch_three.sh fetched.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.VIEWER_MODULES}/`);

export const load = (name) => import(pathToFileURL(require.resolve(name)).href);
export const loadCommonJs = (name) => require(name);
