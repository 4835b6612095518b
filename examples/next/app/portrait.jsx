'use client';
// A photo as a 3D photo, with its person's distance: <depth-photo> and the functions of the package side by side.

import { createEstimator, SupportedModels } from 'portrait-depth';
import 'portrait-depth/depth-photo';
import { useEffect, useState } from 'react';

export default function Portrait({ src }) {
  const [distance, setDistance] = useState('…');

  useEffect(() => {
    const abort = new AbortController();
    async function measure() {
      const estimator = await createEstimator(SupportedModels.ARPortraitDepth, { signal: abort.signal });
      const depthMap = await estimator.estimatePhoto(src, { signal: abort.signal });
      setDistance(`${depthMap.headDistanceMetres.toFixed(2)} m`);
    }
    measure().catch((error) => {
      if (!abort.signal.aborted) setDistance(error.message);
    });
    return () => abort.abort();
  }, [src]);

  return (
    <>
      <depth-photo src={src} alt="A portrait" preset="sway" loading="eager"></depth-photo>
      <p>
        The head is <output>{distance}</output> away.
      </p>
    </>
  );
}
