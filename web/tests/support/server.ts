// Serves the files of the tests as a page's server would: with types, and isolated by default.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const web = normalize(fileURLToPath(new URL('../..', import.meta.url)));
export const project = normalize(join(web, '..'));

const FOLDERS: Record<string, string> = {
  site: join(web, 'site'),
  package: join(web, 'dist'),
  pages: join(web, 'tests/pages'),
  tensorflow: join(web, 'node_modules/@tensorflow'),
  photos: join(project, '.deps/samples'),
};
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webm': 'video/webm',
  '.onnx': 'application/octet-stream',
};

const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

async function fileOf(url: string, folders: Record<string, string>): Promise<string | undefined> {
  const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
  const [, folder, ...rest] = path.split('/');
  const root = folders[folder ?? ''];
  if (root === undefined) return undefined;
  const file = join(root, ...rest);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) return join(file, 'index.html');
  return found === undefined ? undefined : file;
}

export interface TestServer {
  origin: string;
  /** Paths of the requests so far. */
  requests: string[];
  /** Answers that are on their way. */
  sending(): number;
  close(): void;
}

export interface ServerOptions {
  /** More folders, by the first part of the address. */
  folders?: Record<string, string>;
  /** Default: true, so that threads may be used. */
  isolated?: boolean;
  /** Lets pages of other origins read the files, as CDNs do. */
  cors?: boolean;
  /** Headers of every answer. */
  headers?: Record<string, string>;
  /** The speed of a file by its path; default: no limit. */
  bytesPerSecond?: (path: string) => number;
  /** The path in the folders for a request's path. */
  rewrite?: (path: string) => string;
}

async function* slowed(content: AsyncIterable<Buffer>, bytesPerSecond: number) {
  for await (const part of content) {
    if (bytesPerSecond !== Infinity) await setTimeout((1000 * part.length) / bytesPerSecond);
    yield part;
  }
}

export async function startServer({
  folders = {},
  isolated = true,
  cors = false,
  headers = {},
  bytesPerSecond = () => Infinity,
  rewrite = (path) => path,
}: ServerOptions = {}): Promise<TestServer> {
  const requests: string[] = [];
  let sending = 0;
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '/');
    ++sending;
    response.on('close', () => --sending);
    void fileOf(rewrite(request.url ?? '/'), { ...FOLDERS, ...folders }).then((file) => {
      if (file === undefined) return response.writeHead(404).end();
      response.writeHead(200, {
        'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
        ...(isolated && ISOLATION),
        ...headers,
        ...(cors && { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }),
      });
      const content = slowed(createReadStream(file), bytesPerSecond(request.url ?? '/'));
      return pipeline(content, response).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, requests, sending: () => sending, close: () => server.close() };
}
