import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  build: { target: 'es2022' },
  // The development server must not move the package's script away from its assets.
  optimizeDeps: { exclude: ['portrait-depth'] },
});
