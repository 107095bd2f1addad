import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../app.css', import.meta.url), 'utf8');
const [usual = '', contrast = ''] = css.split('@media (prefers-contrast: more)');

type Tokens = ReadonlyMap<string, readonly [light: string, dark: string]>;

function readTokens(text: string): Tokens {
  const found = text.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...found].map(([, name = '', light = '', dark = '']) => [name, [light, dark]]));
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const texts = [
  ...['text-1', 'text-2', 'text-3', 'accent'].flatMap((text) =>
    ['surface-1', 'surface-2', 'surface-3', 'accent-soft'].map((ground) => [text, ground, 4.5] as const),
  ),
  ...['ok', 'denied', 'observed', 'partial', 'secret'].flatMap((state) => [
    [state, `${state}-soft`, 4.5] as const,
    [state, 'surface-1', 4.5] as const,
  ]),
  ['text-1', 'denied-soft', 4.5] as const,
  ['accent-text', 'accent', 4.5] as const,
  ['line-strong', 'surface-1', 3] as const,
  ['line-strong', 'surface-2', 3] as const,
];

describe.each([
  ['usual', readTokens(usual)],
  ['more contrast', new Map([...readTokens(usual), ...readTokens(contrast)])],
])('tokens, %s', (_name, tokens) => {
  it.each(texts)('%s on %s is told apart at %d', (text, ground, least) => {
    for (const mode of [0, 1] as const) {
      const found = ratio(tokens.get(text)?.[mode] ?? '#000000', tokens.get(ground)?.[mode] ?? '#000000');
      expect(found, mode === 0 ? 'light' : 'dark').toBeGreaterThanOrEqual(least);
    }
  });
});
