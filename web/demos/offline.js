// Keeps the pages for use without a network. The build puts in the version, which changes with any of its files, and the
// list of the files to be fetched ahead: the pages and what they load. Networks, what runs them, and samples are kept when
// a page asks for them.

const OURS = 'portrait-depth-'; // other applications may live on this site
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

/** The address of the file that answers: a folder's is its page. */
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
