import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { DepthPhoto } from './DepthPhoto.js';
import { MovingPortrait } from './MovingPortrait.js';

// `?photo=ADDRESS` shows another photo.
const src = new URLSearchParams(location.search).get('photo') ?? 'portrait.jpg';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MovingPortrait src={src} alt="A portrait that moves" />
    <DepthPhoto src={src} alt="A portrait that turns" controls />
  </StrictMode>,
);
