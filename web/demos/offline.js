// Keeps the pages for use without a network. The build puts in the version and the list of files.

const OURS = 'portrait-depth-'; // other applications may live on this site
const CACHE = `${OURS}__VERSION__`;
const FILES = '__FILES__';

// Pages, scripts and networks are fetched when a page asks for them and kept then; only the pages are fetched ahead.
self.addEventListener('install', (event) => {
  const pages = FILES.filter((file) => file.endsWith('.html') || file.endsWith('.css'));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(pages)));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name.startsWith(OURS) && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.type === 'basic') await cache.put(request, response.clone()).catch(() => undefined);
  return response;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && new URL(request.url).origin === location.origin) event.respondWith(answer(request));
});
