import { defaultRedactionConfig } from '@eyrie/engine/redact';
import type { RedactionConfig } from '@eyrie/engine/redact';
import { afterEach, expect, test } from 'vitest';
import { createPreviewer } from './previewer.ts';
import type { Previewer, PreviewerOptions } from './previewer.ts';

const open: Previewer[] = [];

function previewerWith(options?: PreviewerOptions): Previewer {
  const previewer = createPreviewer(options);
  open.push(previewer);
  return previewer;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((previewer) => previewer.close()));
});

function custom(pattern: string): RedactionConfig {
  return { ...defaultRedactionConfig, custom: [{ name: 'mine', pattern, placeholder: '[MINE]' }] };
}

test('a preview shows the redacted text and counts findings by rule', async () => {
  const result = await previewerWith().preview({
    text: 'EMP-1 wrote to alice@example.com and EMP-2',
    config: custom('EMP-[0-9]'),
  });
  expect(result).toMatchObject({ kind: 'previewed' });
  if (result.kind !== 'previewed') return;
  expect(result.text).toMatch(/^\[MINE\] wrote to \S+ and \[MINE\]$/);
  expect(result.text).not.toContain('alice');
  expect(result.findings).toContainEqual({ rule: 'mine', count: 2 });
});

test('a rule the engine refuses is a failed preview, and the next one works', async () => {
  const previewer = previewerWith();
  expect(await previewer.preview({ text: 'a', config: custom('(') })).toMatchObject({ kind: 'failed' });
  expect(await previewer.preview({ text: 'a', config: custom('a') })).toMatchObject({ text: '[MINE]' });
});

test('a preview that takes too long is ended, those behind it are answered, and the request thread stays free', async () => {
  const previewer = previewerWith({ timeoutMs: 1_000 });
  expect(await previewer.preview({ text: 'a', config: custom('a') })).toMatchObject({ kind: 'previewed' });
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 10);
  const slow = previewer.preview({ text: 'a'.repeat(100_000), config: custom('(?:(?:a?){30}){30}c|a') });
  const next = previewer.preview({ text: 'a', config: custom('a') });
  expect((await slow).kind).toBe('timeout');
  expect(await next).toMatchObject({ kind: 'previewed', text: '[MINE]' });
  clearInterval(ticking);
  expect(ticks).toBeGreaterThan(5);
});

test('more previews than may wait are turned away', async () => {
  const previewer = previewerWith({ maxWaiting: 2 });
  const results = await Promise.all(
    Array.from({ length: 5 }, () => previewer.preview({ text: 'a', config: custom('a') })),
  );
  expect(results.map(({ kind }) => kind)).toEqual(['previewed', 'previewed', 'previewed', 'busy', 'busy']);
});

test('closing answers what was waiting', async () => {
  const previewer = previewerWith();
  const waiting = previewer.preview({ text: 'a', config: custom('a') });
  await previewer.close();
  expect(await waiting).toEqual({ kind: 'busy' });
  expect(await previewer.preview({ text: 'a', config: custom('a') })).toEqual({ kind: 'busy' });
});
