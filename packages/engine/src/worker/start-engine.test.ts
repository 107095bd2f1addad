import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wireHash } from '@eyrie/bpf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootId, scenarioBatches, secret } from '../../test/scenario.ts';
import type { RedactedEvent } from '../event/types.ts';
import { defaultRedactionConfig } from '../redact/config.ts';
import { openTraceWriter } from '../trace/writer.ts';
import { startEngine, type EngineHandle, type EngineOptions } from './start-engine.ts';
import type { EngineState } from './types.ts';

const nobody = { cgroups: [], users: [], executables: [], subtreePids: [] };
const scope = { mode: 'selected', ...nobody, exclude: nobody } as const;

let folder = '';
let trace = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyrie-engine-'));
  trace = join(folder, 'story.trace');
  const writer = openTraceWriter(trace, {
    wireHash,
    bootId,
    host: { hostname: 'recorded', os: 'linux', arch: 'x64' },
    clock: { monotonicUs: 1_790_000_000_000_000, boottimeUs: 1_790_000_000_000_000 },
    startedAt: '2026-11-21T03:38:35.000000Z',
    collectorVersion: '0.1.0',
  });
  for (const batch of scenarioBatches()) writer.write(batch);
  writer.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly engine: EngineHandle;
  readonly events: RedactedEvent[];
  readonly until: (test: (state: EngineState) => boolean) => Promise<EngineState>;
}

function start(options: Partial<EngineOptions> & Pick<EngineOptions, 'source'>): Run {
  const events: RedactedEvent[] = [];
  let wake: (() => void) | undefined;
  const engine = startEngine({
    scope,
    redaction: defaultRedactionConfig,
    onEvents: (batch) => events.push(...batch),
    onState: () => wake?.(),
    ...options,
  });
  return {
    engine,
    events,
    async until(test) {
      while (!test(engine.state())) await new Promise<void>((resolve) => (wake = resolve));
      return engine.state();
    },
  };
}

describe('startEngine', () => {
  it('replays a trace through the whole pipeline and hands over everything before it closes', async () => {
    const { engine, events, until } = start({ source: { replay: trace } });
    const state = await until(({ replay }) => replay?.finished === true);
    await engine.close();
    expect(state).toMatchObject({ ready: true, replay: { finished: true, batches: 8 } });
    expect(events).toHaveLength(12);
    expect(events[3]).toMatchObject({
      event_type: 'ai.request',
      host: { hostname: 'recorded' },
      source: { replayed: true },
    });
    expect(events[3]?.ts.slice(0, 4)).toBe('2026');
    expect(JSON.stringify(events)).not.toContain(secret);
    expect(engine.stats()?.pipeline.emitted['ai.request']).toBe(2);
    expect(engine.state()).toMatchObject({ ready: false, code: 'ENGINE_CLOSED' });
    await engine.close();
  });

  it('moves the times of a replay to now on request', async () => {
    const { engine, events, until } = start({ source: { replay: trace, shiftToNow: true } });
    await until(({ replay }) => replay?.finished === true);
    await engine.close();
    const ages = events.map((event) => Date.now() - Date.parse(event.ts));
    expect(Math.max(...ages.map(Math.abs))).toBeLessThan(60_000);
  });

  it('keeps the pace of the recording on request', async () => {
    const started = performance.now();
    const { engine, until } = start({ source: { replay: trace, speed: 20 } });
    await until(({ replay }) => replay?.finished === true);
    await engine.close();
    // the story takes seven seconds
    expect(performance.now() - started).toBeGreaterThan(300);
  });

  it('tells why a trace cannot be replayed', async () => {
    const other = join(folder, 'not-a-trace');
    writeFileSync(other, 'something else entirely');
    for (const [path, code] of [
      [join(folder, 'absent'), 'TRACE_UNREADABLE'],
      [other, 'TRACE_NOT_A_TRACE'],
    ] as const) {
      const { engine, until } = start({ source: { replay: path } });
      const state = await until((now) => now.code !== 'ENGINE_STARTING');
      expect(state).toMatchObject({ ready: false, code });
      await engine.close();
    }
  });

  it('gives what a cut-off trace holds and says that it is cut off', async () => {
    const cut = join(folder, 'cut.trace');
    const writer = openTraceWriter(cut, {
      wireHash,
      bootId,
      host: { hostname: 'recorded', os: 'linux', arch: 'x64' },
      clock: { monotonicUs: 0, boottimeUs: 0 },
      startedAt: '2026-11-21T03:38:35.000000Z',
      collectorVersion: '0.1.0',
    });
    const batches = scenarioBatches();
    for (const batch of batches) writer.write(batch);
    writer.close();
    truncateSync(cut, 16 + 300 + batches.slice(0, 5).reduce((sum, batch) => sum + batch.byteLength, 0));
    const { engine, events, until } = start({ source: { replay: cut } });
    const state = await until(({ replay }) => replay?.finished === true);
    await engine.close();
    expect(state.replay?.error?.code).toBe('TRACE_TRUNCATED');
    expect(events.length).toBeGreaterThan(4);
  });

  it('changes rules while it runs and refuses broken ones', async () => {
    const { engine, until } = start({ source: { replay: trace } });
    await until(({ replay }) => replay?.finished === true);
    await engine.setRedaction({ ...defaultRedactionConfig, mode: 'minimal' });
    const custom = [{ name: 'broken', pattern: '(', placeholder: 'x' }];
    await expect(engine.setRedaction({ ...defaultRedactionConfig, custom })).rejects.toMatchObject({
      code: 'REDACTION_BAD_RULE',
    });
    await engine.close();
    expect(() =>
      start({ source: { replay: trace }, redaction: { ...defaultRedactionConfig, custom } }),
    ).toThrow(/broken/);
  });

  it('starts its thread again when that fails, and counts', async () => {
    // what no settings of this version hold: the thread fails on it at start
    const { engine, until } = start({ source: { replay: trace }, aiHosts: 5 as unknown as string[] });
    const failed = await until(({ code }) => code === 'ENGINE_WORKER_FAILED');
    expect(failed).toMatchObject({ ready: false, restarts: 0 });
    expect(failed.reasons[0]).toMatch(/^The engine failed: TypeError at .*engine-worker/);
    const again = await until(({ restarts }) => restarts === 1);
    expect(again).toMatchObject({ ready: false, code: 'ENGINE_WORKER_FAILED' });
    await engine.setRedaction({ ...defaultRedactionConfig, mode: 'minimal' });
    await engine.close();
  });

  it('goes on when the receiver throws, and counts', async () => {
    const { engine, until } = start({
      source: { replay: trace },
      onEvents: () => {
        throw new Error('receiver');
      },
    });
    await until(({ replay }) => replay?.finished === true);
    await engine.close();
    expect(engine.stats()?.receiverErrors).toBeGreaterThan(0);
  });

  it('closes at once when it has hardly started', async () => {
    const { engine } = start({ source: { replay: trace, speed: 0.001 } });
    const started = performance.now();
    await engine.close();
    expect(performance.now() - started).toBeLessThan(2_900);
  });
});
