// Keeps the pages for use without a network. The build inserts the version, which changes with each of its files, and the
// list of the files that are fetched ahead: the pages, their scripts and styles, and the core. Networks, ONNX Runtime and
// samples are kept after their first use.

const OURS = 'portrait-depth-'; // the site may have other applications
const CACHE = `${OURS}__VERSION__`;
const FILES = '__FILES__';

self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'no-cache' })); // a page keeps its name when it changes
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name.startsWith(OURS) && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

/** The address of the requested file; for a folder, its index.html. */
function fileOf({ url }) {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/$/, '/index.html');
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const file = fileOf(request);
  const kept = await cache.match(file);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.type === 'basic') await cache.put(file, response.clone()).catch(() => undefined);
  return response;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && new URL(request.url).origin === location.origin) event.respondWith(answer(request));
});
