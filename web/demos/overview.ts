// The overview: a portrait that moves, and the list of the demos.

import { element, mayMove, mountPage } from './shared/page.js';

mountPage('.');

const film = element<HTMLVideoElement>('film');
const button = element('play');

const play = () => film.play().catch(() => undefined); // the picture stays where the browser forbids the film
for (const event of ['play', 'pause'] as const)
  film.addEventListener(event, () => (button.textContent = film.paused ? 'Play' : 'Pause'));
button.addEventListener('click', () => (film.paused ? void play() : film.pause()));
button.textContent = 'Play';
if (mayMove()) void play();
