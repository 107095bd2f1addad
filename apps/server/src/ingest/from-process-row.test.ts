import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wireHash } from '@eyrie/bpf/wire';
import {
  defaultRedactionConfig,
  openTraceWriter,
  processRowOf,
  startEngine,
  type RedactedEvent,
} from '@eyrie/engine';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bootId, scenarioBatches, secret } from '../../../../packages/engine/test/scenario.ts';
import { toEventInput } from './to-event-input.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'eyrie-rows-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const nobody = { cgroups: [], users: [], executables: [], subtreePids: [] };

/** The recorded story through the engine's thread. */
async function replayStory(): Promise<readonly RedactedEvent[]> {
  const path = join(folder, 'story.trace');
  const trace = openTraceWriter(path, {
    wireHash,
    bootId,
    host: { hostname: 'h', os: 'linux', arch: 'x64' },
    clock: { monotonicUs: 1_790_000_000_000_000, boottimeUs: 1_790_000_000_000_000 },
    startedAt: '2026-11-21T00:00:00.000Z',
    collectorVersion: '0.1.0',
  });
  for (const batch of scenarioBatches()) trace.write(batch);
  trace.close();
  const events: RedactedEvent[] = [];
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const engine = startEngine({
    source: { replay: path },
    scope: { mode: 'everything', ...nobody, exclude: nobody },
    redaction: defaultRedactionConfig,
    onEvents: (batch) => events.push(...batch),
    onState: (state) => {
      if (state.replay?.finished === true) resolve(undefined);
    },
  });
  await promise;
  await engine.close();
  return events;
}

/** Absent and null mean the same in the store's input. */
const known = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, member: unknown) => (member === null ? undefined : member)));

it('gives the rows that the event itself gives, without reading it', async () => {
  const events = await replayStory();
  const rows = events.filter((event) => processRowOf(event) !== undefined);
  expect(new Set(rows.map((event) => event.event_type))).toEqual(
    new Set(['process.exec', 'process.fork', 'process.exit']),
  );
  for (const event of rows) {
    const plain = JSON.parse(JSON.stringify(event)) as RedactedEvent;
    expect(processRowOf(plain)).toBeUndefined();
    expect(known(toEventInput(event))).toEqual(known(toEventInput(plain)));
  }
  expect(JSON.stringify(events.map(toEventInput))).not.toContain(secret);
});
