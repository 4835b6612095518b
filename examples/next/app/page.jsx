// Rendered on the server: the import of portrait-depth has no effect there, its functions run in the browser.
import { SupportedModels } from 'portrait-depth';

import Portrait from './portrait.jsx';

export default function Page() {
  return (
    <main>
      <h1>{SupportedModels.ARPortraitDepth}</h1>
      <Portrait src="/anna.jpg" />
    </main>
  );
}
