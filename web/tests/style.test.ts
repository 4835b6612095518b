// The pages' colors: text can be read in both themes (WCAG 2.2, contrast AA).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { web } from './support/server.js';

const css = readFileSync(join(web, 'demos/shared/style.css'), 'utf8');

function colorsOf(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`), css.indexOf('}', css.indexOf(`${selector} {`)));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each([':root', ":root[data-theme='dark']"])('the colors of %s', (selector) => {
  const colors = colorsOf(selector);
  it.each([
    ['ink', 'paper'],
    ['ink', 'surface'],
    ['ink', 'alarm-paper'],
    ['quiet', 'paper'],
    ['quiet', 'surface'],
    ['quiet', 'sunken'],
    ['quiet', 'stage'],
    ['accent', 'surface'],
    ['accent', 'paper'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-hover'],
  ])('%s on %s is readable', (text, ground) => {
    expect(contrast(colors[text]!, colors[ground]!)).toBeGreaterThanOrEqual(4.5);
  });
  it('outlines controls visibly', () => {
    expect(contrast(colors['line-strong']!, colors.surface!)).toBeGreaterThanOrEqual(3);
  });
});
