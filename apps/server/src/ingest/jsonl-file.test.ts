import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RedactedEvent } from '@eyrie/engine';
import { openJsonlFile } from './jsonl-file.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'eyrie-jsonl-'))));
afterEach(() => rmSync(directory, { recursive: true }));
const event = (id: string): RedactedEvent => ({ event_id: id, text: 'a\nb' }) as unknown as RedactedEvent;

it('writes one object a line into a file only its owner can read', () => {
  const path = join(directory, 'events.jsonl');
  const file = openJsonlFile(path);
  file.write([event('A'), event('B')]);
  file.close();
  file.write([event('C')]);
  file.close();
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([event('A'), event('B')]);
  expect(file.count).toBe(2);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('overwrites nothing and follows no link', () => {
  const path = join(directory, 'events.jsonl');
  openJsonlFile(path).close();
  expect(() => openJsonlFile(path)).toThrow(/exists already/);
  symlinkSync(join(directory, 'elsewhere'), join(directory, 'link'));
  expect(() => openJsonlFile(join(directory, 'link'))).toThrow(/exists already/);
  expect(() => openJsonlFile(join(directory, 'no/such/folder'))).toThrow(/directory does not exist/);
});
