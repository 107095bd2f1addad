import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agent, bootId, scenarioBatches, secret, shell } from '../../test/scenario.ts';
import { encodeExec } from '../../test/encode-records.ts';
import { createExchangeTracker } from '../ai/tracker.ts';
import { noProc } from '../enrich/procfs.ts';
import type { RedactedEvent } from '../event/types.ts';
import { createFixedClock } from '../host/clock.ts';
import { defaultRedactionConfig } from '../redact/config.ts';
import { createPipeline } from './pipeline.ts';
import type { Pipeline, PipelineDeps } from './types.ts';

interface Rig {
  readonly pipeline: Pipeline;
  readonly events: RedactedEvent[];
  readonly times: number[];
}

function createRig(options: Partial<PipelineDeps> = {}): Rig {
  const events: RedactedEvent[] = [];
  const times: number[] = [];
  const pipeline = createPipeline({
    emit: (batch, ktimeUs) => {
      events.push(...batch);
      times.push(...ktimeUs);
    },
    host: { hostname: 'h', os: 'linux', arch: 'x64' },
    bootId,
    clock: createFixedClock({ monotonicUs: 1_790_000_000_000_000, boottimeUs: 1_790_000_000_000_000 }),
    proc: noProc,
    users: { nameOf: (uid) => (uid === 1000 ? 'dev' : undefined) },
    redaction: defaultRedactionConfig,
    collectorVersion: '0.1.0',
    replayed: true,
    now: () => 1_790_000_000_000,
    createExchangeTracker,
    ...options,
  });
  return { pipeline, events, times };
}

type Of<Type extends RedactedEvent['event_type']> = Extract<RedactedEvent, { event_type: Type }>;

function find<Type extends RedactedEvent['event_type']>(
  events: readonly RedactedEvent[],
  type: Type,
): Of<Type>[] {
  return events.filter((event): event is Of<Type> => event.event_type === type);
}

describe('createPipeline', () => {
  const rig = createRig();
  for (const batch of scenarioBatches()) rig.pipeline.push(batch);
  const { events, times } = rig;

  it('tells the story in order', () => {
    expect(events.map((event) => event.event_type)).toEqual([
      'process.exec',
      'process.fork',
      'process.exec',
      'ai.request',
      'ai.response',
      'agent.tool_call',
      'process.fork',
      'process.exec',
      'process.exit',
      'agent.tool_result',
      'ai.request',
      'ai.response',
    ]);
    expect(times).toHaveLength(events.length);
    expect(times.every((time, index) => index === 0 || time >= times[index - 1]!)).toBe(true);
    const ids = events.map((event) => event.event_id);
    expect([...ids].sort()).toEqual(ids);
  });

  it('says who did it, from where and with which ancestors', () => {
    const [request] = find(events, 'ai.request');
    expect(request?.actor).toEqual({ uid: 1000, user: 'dev', gid: 1000 });
    expect(request?.process).toMatchObject({
      exec_id: '0a1b2c3d-500-2000100',
      pid: 500,
      ppid: 400,
      parent_exec_id: '0a1b2c3d-400-500000',
      exe: '/home/dev/bin/agent',
      name: 'node',
      cwd: '/home/dev',
      tid: 501,
      cmdline: "agent --api-key [API_KEY_REDACTED] 'say hello'",
    });
    expect(request?.process?.ancestors?.map((ancestor) => ancestor.cmdline)).toEqual(['bash -l']);
    expect(find(events, 'process.exec')[0]).toMatchObject({
      data: { already_running: true, exe: shell.path },
    });
    expect(find(events, 'process.exec')[1]).toMatchObject({
      data: { exe: '/home/dev/bin/agent', args: ['agent', '--api-key', '[API_KEY_REDACTED]', 'say hello'] },
    });
    expect(find(events, 'process.exit')[0]?.data).toMatchObject({
      signal: 9,
      signal_name: 'SIGKILL',
      termination_type: 'signaled',
      runtime_ms: 200,
      cpu_user_ms: 1.5,
    });
  });

  it('ties requests, responses, calls and results together', () => {
    const requests = find(events, 'ai.request');
    const responses = find(events, 'ai.response');
    const [call] = find(events, 'agent.tool_call');
    const [result] = find(events, 'agent.tool_result');
    expect(responses.map((response) => response.data.request_id)).toEqual(
      requests.map((request) => request.data.request_id),
    );
    expect(requests.map((request) => request.data.conversation.turn_number)).toEqual([1, 2]);
    expect(new Set(requests.map((request) => request.data.conversation.conversation_id)).size).toBe(1);
    expect(call?.related_events).toEqual([{ event_id: responses[0]!.event_id, relationship: 'caused_by' }]);
    expect(result?.related_events).toEqual([{ event_id: call!.event_id, relationship: 'caused_by' }]);
    expect(result?.data).toMatchObject({ call_id: 'call_1', tool: { name: 'run' }, success: true });
    expect(requests[0]?.ext?.connection).toMatchObject({
      connection_id: '0a1b2c3d-500-2000100/7f0000001000/3000000',
      fd: 12,
      host: 'api.openai.com',
    });
  });

  it('lets the planted secret out nowhere and says where it was', () => {
    const text = JSON.stringify(events);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('planted_A1b2C3d4');
    const [request] = find(events, 'ai.request');
    expect(request?.ext?.redaction?.map((finding) => finding.path)).toContain('messages[0].content[0].text');
    expect(request?.confidence).toMatchObject({ redaction_applied: true, redaction_profile: 'safe' });
  });

  it('counts every stage', () => {
    const stats = rig.pipeline.stats();
    expect(stats.errors).toEqual({});
    expect(stats.decode).toMatchObject({ batches: 8, dropped: { unknown: 0, short: 0 } });
    expect(stats.enrich).toMatchObject({
      emitted: 12,
      openExchanges: 0,
      dropped: { server_side: 0, error: 0 },
    });
    expect(stats.redact).toMatchObject({ events: 12, failedFields: 0, dropped: { error: 0 } });
    expect(stats.emitted).toEqual({
      'process.exec': 3,
      'process.fork': 2,
      'process.exit': 1,
      'ai.request': 2,
      'ai.response': 2,
      'agent.tool_call': 1,
      'agent.tool_result': 1,
    });
  });

  it('gives the same events whatever the batches are', () => {
    const all = Buffer.concat(scenarioBatches());
    const one = createRig();
    one.pipeline.push(all);
    const strip = (list: readonly RedactedEvent[]): unknown =>
      list.map((event) => [event.event_type, event.ts, event.process, Object.keys(event.data)]);
    expect(strip(one.events)).toEqual(strip(events));
  });

  it('emits an unfinished exchange as partial when it is flushed', () => {
    const cut = createRig();
    for (const batch of scenarioBatches().slice(0, 2)) cut.pipeline.push(batch);
    cut.pipeline.push(scenarioBatches()[2]!.subarray(0, 250));
    cut.pipeline.flush();
    const [response] = find(cut.events, 'ai.response');
    expect(response?.confidence.completeness).not.toBe('full');
    expect(cut.pipeline.stats().decode.dropped.short).toBe(1);
  });

  it('says what it does not know about a process that nobody announced', () => {
    const late = createRig();
    for (const batch of scenarioBatches().slice(2)) late.pipeline.push(batch);
    late.pipeline.flush();
    const request = find(late.events, 'ai.request')[0];
    expect(request?.process).toMatchObject({ exec_id: '0a1b2c3d-500-2000100', pid: 500 });
    expect(request?.process?.exe).toBeUndefined();
    expect(request?.actor).toMatchObject({ uid: 1000 });
    expect(request?.confidence.completeness).toBe('partial');
    expect(request?.confidence.missing).toContain('process_details');
  });

  it('switches the rules with the next event and keeps the old ones when new ones are broken', () => {
    const switched = createRig();
    switched.pipeline.push(encodeExec(agent));
    const custom = [{ name: 'greeting', pattern: 'say h\\w+', placeholder: '[GREETING]' }];
    switched.pipeline.setRedaction({ ...defaultRedactionConfig, custom });
    switched.pipeline.push(encodeExec(agent));
    const broken = [{ name: 'broken', pattern: '(', placeholder: 'x' }];
    expect(() => switched.pipeline.setRedaction({ ...defaultRedactionConfig, custom: broken })).toThrow();
    switched.pipeline.push(encodeExec(agent));
    const args = find(switched.events, 'process.exec').map((event) => event.data.args[3]);
    expect(args).toEqual(['say hello', '[GREETING]', '[GREETING]']);
    expect(switched.pipeline.stats().redact.events).toBe(3);
  });

  it('loses nothing else when a receiver fails, and counts it', () => {
    let calls = 0;
    const failing = createRig({
      emit: () => {
        calls += 1;
        if (calls === 1) throw new Error('receiver');
      },
    });
    for (const batch of scenarioBatches()) failing.pipeline.push(batch);
    expect(calls).toBeGreaterThan(3);
    expect(failing.pipeline.stats().errors).toEqual({ emit: 1 });
  });

  it('survives mutated batches', () => {
    const good = Buffer.concat(scenarioBatches());
    const mutation = fc.record({ at: fc.nat(good.byteLength - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 12 }), fc.nat(good.byteLength), (mutations, cut) => {
        const bytes = Buffer.from(good);
        for (const { at, value } of mutations) bytes[at] = value;
        const { pipeline, events: out } = createRig();
        pipeline.push(bytes.subarray(0, cut));
        pipeline.push(bytes.subarray(cut));
        pipeline.tick(9_000_000);
        pipeline.flush();
        expect(pipeline.stats().errorSamples).toEqual({});
        expect(JSON.stringify(out)).not.toContain(`${secret}"`);
      }),
      { numRuns: 150 },
    );
  });
});
