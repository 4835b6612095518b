// The package's worker; it fails while it fetches a file named "fail".
import '/package/worker.js';

const fetchAsEver = fetch;
globalThis.fetch = (url) => {
  if (!String(url).endsWith('fail')) return fetchAsEver(url);
  setTimeout(() => {
    throw new Error('fails here');
  });
  return new Promise(() => undefined);
};
