// Keeps the pages for use without a network. The build inserts the version, which changes with any of its files, and the
// list of the files to fetch ahead: the pages and their scripts. Other files are kept when a page asks for them. The package
// keeps the networks itself.

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

/** The answer goes to the page while it arrives, so that the page can show the progress. */
async function answer(event) {
  const cache = await caches.open(CACHE);
  const file = fileOf(event.request);
  const kept = await cache.match(file);
  if (kept) return kept;
  const response = await fetch(event.request);
  const isWhole = response.status === 200; // not a part of a film
  if (isWhole && response.type === 'basic') {
    const copy = response.clone();
    event.waitUntil(cache.put(file, copy).catch(() => undefined)); // the storage may be full
  }
  return response;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || pathname.endsWith('.onnx')) return;
  event.respondWith(answer(event));
});
