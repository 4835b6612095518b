// The photo that the browser keeps for the pages (IndexedDB), so that it is there after a reload and on the way back. It
// stays on this machine.

import { element } from './page.js';

/** A photo's file; a camera's picture and a sample have one too. */
export interface PhotoFile {
  file: Blob;
  /** For errors. */
  name: string;
}

const DATABASE = 'portrait-depth';
const STORE = 'photos';
const KEY = 'last';

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The result once it is stored: a page that ends before drops an unfinished transaction. */
async function withStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await answerOf(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const stored = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('The browser stores no photo.'));
    });
    const [answer] = await Promise.all([answerOf(work(transaction.objectStore(STORE))), stored]);
    return answer;
  } finally {
    database.close();
  }
}

/** A browser may forbid storage or have none left; the pages then keep nothing. */
async function unlessForbidden<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** Whether the photo is kept. */
export const keepPhoto = async (photo: PhotoFile): Promise<boolean> =>
  (await unlessForbidden(() => withStore('readwrite', (store) => store.put(photo, KEY)))) !== undefined;

export const keptPhoto = (): Promise<PhotoFile | undefined> =>
  unlessForbidden(() => withStore<PhotoFile | undefined>('readonly', (store) => store.get(KEY)));

/** Removes the photo, and shows the start after that, unless the page has gone on to another photo. */
export async function forgetPhoto(isCurrent: () => boolean): Promise<void> {
  const start = element('start');
  start.hidden = true;
  await unlessForbidden(() => withStore('readwrite', (store) => store.delete(KEY)));
  if (isCurrent()) start.hidden = false;
}
