// The page's depth estimator: its files load while the page is idle, or when the first picture needs them.

import { SupportedModels, type DepthEstimator, type LoadProgress, type WorkerClient } from 'portrait-depth';
import { showDownloads } from './busy.js';
import { controlled } from './page.js';

/** Words for visitors; a file without an entry is a part of ONNX Runtime or of the core. */
const WORDS: readonly (readonly [part: string, words: string])[] = [
  ['ar_portrait_depth', 'Depth network'],
  ['selfie_segmentation', 'Segmentation network'],
  ['face_detection', 'Face detector'],
  ['portrait_depth_core', 'Program'],
  ['exifr', 'EXIF reader'],
];
const wordsOf = (file: string) => WORDS.find(([part]) => file.startsWith(part))?.[1] ?? 'Network runtime';

/** Safari has no idle callbacks. */
const whenIdle = (work: () => void) =>
  'requestIdleCallback' in window ? requestIdleCallback(work, { timeout: 5000 }) : setTimeout(work, 1000);

/** Whether the visitor asked the browser to load little. */
const savesData = () =>
  (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;

export class Networks {
  private estimator: Promise<DepthEstimator> | undefined;
  private isLoaded = false;
  private loading = new AbortController();
  /** Files of the downloads under way, the complete ones too. */
  private readonly files = new Map<string, LoadProgress>();

  constructor(private readonly client: WorkerClient) {}

  loadWhenIdle(): void {
    if (savesData()) return;
    const load = async () => {
      await controlled();
      await this.get().catch(() => undefined); // a failure is reported when a picture needs the files
    };
    whenIdle(() => void load());
  }

  /** Loads once; after a failure or cancel() the next call loads again. */
  get(): Promise<DepthEstimator> {
    if (this.estimator !== undefined) return this.estimator;
    const { signal } = this.loading;
    const started = this.client.createEstimator(SupportedModels.ARPortraitDepth, {
      signal,
      onLoadProgress: (progress) => {
        if (!signal.aborted) this.report(progress);
      },
    });
    this.estimator = started;
    started.then(
      () => (this.isLoaded = true),
      () => {
        if (this.estimator === started) this.cancel();
      },
    );
    return started;
  }

  /** Ends the downloads; a loaded estimator stays. */
  cancel(): void {
    if (this.isLoaded) return;
    this.loading.abort();
    this.loading = new AbortController();
    this.estimator = undefined;
    this.files.clear();
    showDownloads(null);
  }

  private report(progress: LoadProgress): void {
    this.files.set(progress.file, progress);
    const files = [...this.files.values()];
    const coming = files.filter(({ loaded, total }) => total === null || loaded < total);
    if (coming.length === 0) {
      this.files.clear();
      return showDownloads(null);
    }
    showDownloads({
      names: [...new Set(coming.map(({ file }) => wordsOf(file)))],
      loaded: files.reduce((sum, { loaded }) => sum + loaded, 0),
      total: files.reduce((sum, { loaded, total }) => sum + (total ?? loaded), 0),
    });
  }
}
