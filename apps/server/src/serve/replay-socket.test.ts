import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askForReplay, openReplaySocket, replaySocketPath } from './replay-socket.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eyrie-replay-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('carries the file there and the answer back, and only its owner may open it', async () => {
  const socket = await openReplaySocket(directory, async (file) => {
    await Promise.resolve();
    return { ok: true, events: file.length };
  });
  expect(statSync(replaySocketPath(directory)).mode & 0o777).toBe(0o600);
  expect(await askForReplay(directory, '/some/file')).toEqual({ ok: true, events: 10 });
  await socket.close();
  expect(await askForReplay(directory, '/some/file')).toBeUndefined();
});

it('answers what is no request, and a replay that fails, with the reason', async () => {
  const socket = await openReplaySocket(directory, () => Promise.reject(new Error('no such trace')));
  expect(await askForReplay(directory, '/x')).toEqual({ ok: false, events: 0, message: 'no such trace' });
  const answer = await new Promise<string>((resolve) => {
    const client = connect(replaySocketPath(directory), () => client.write('{"delete":"all"}\n'));
    client.once('data', (chunk) => resolve(chunk.toString()));
  });
  expect(JSON.parse(answer)).toMatchObject({ ok: false, events: 0 });
  await socket.close();
});

it('takes over the socket of a server that was killed', async () => {
  writeFileSync(replaySocketPath(directory), '');
  const socket = await openReplaySocket(directory, () => Promise.resolve({ ok: true, events: 1 }));
  expect(await askForReplay(directory, '/x')).toEqual({ ok: true, events: 1 });
  await socket.close();
});
