import { describe, expect, it } from 'vitest';
import type { RedactedEvent } from '@eyrie/engine';
import { toEventInput, toMicroseconds } from './to-event-input.ts';

const process = {
  exec_id: 'boot:10:1',
  pid: 10,
  ppid: 9,
  parent_exec_id: 'boot:9:1',
  exe: '/usr/bin/node',
  name: 'node',
  cmdline: 'node agent.js',
  ancestors: [
    { exec_id: 'boot:9:1', pid: 9, name: 'bash' },
    { exec_id: 'boot:1:1', pid: 1, name: 'init' },
  ],
};

/** A redacted event as the engine makes it; only the engine can brand one, so a test has to say so. */
function event(type: RedactedEvent['event_type'], data: object, more: object = {}): RedactedEvent {
  return {
    oisp_version: '0.1',
    event_id: '01EVENT',
    event_type: type,
    ts: '2026-11-21T10:00:00.123456Z',
    host: { hostname: 'h', os: 'linux', arch: 'x64' },
    actor: { uid: 1000, user: 'ada' },
    process,
    source: { collector: 'eyrie', collector_version: '0', capture_method: 'ebpf_uprobe' },
    confidence: { level: 'high', completeness: 'full', reasons: [] },
    data,
    ...more,
  } as unknown as RedactedEvent;
}

const conversation = { conversation_id: 'c1', turn_number: 2 };
const provider = { name: 'openai', endpoint: 'https://api.openai.com' };

describe('toEventInput', () => {
  it('keeps microseconds and the whole event', () => {
    const source = event('process.exec', { exe: '/bin/ls', args: ['ls', '-l'], args_truncated: false });
    const input = toEventInput(source);
    expect(input.timeUs).toBe(Date.UTC(2026, 10, 21, 10) * 1000 + 123_456);
    expect(JSON.parse(input.payload)).toEqual(source);
    expect(input.summary).toBe('ls -l');
    expect(input.process).toMatchObject({ execId: 'boot:10:1', exe: '/bin/ls', uid: 1000, user: 'ada' });
  });

  it('stores ancestors linked to each other', () => {
    const input = toEventInput(event('process.exec', { exe: '/bin/ls', args: [], args_truncated: false }));
    expect(input.relatedProcesses).toMatchObject([
      { execId: 'boot:9:1', parentExecId: 'boot:1:1', ppid: 1 },
      { execId: 'boot:1:1' },
    ]);
  });

  it('sums a request up by its last user message and titles the conversation by its first', () => {
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 'be nice' }] },
      { role: 'user', content: [{ type: 'text', text: 'first\n question' }] },
      { role: 'assistant', content: [{ type: 'tool_call', name: 'read', arguments: '{"path":"x"}' }] },
      { role: 'user', content: [{ type: 'tool_result', text: 'file content' }] },
    ];
    const data = {
      request_id: 'r',
      provider,
      api: 'openai.responses',
      messages,
      messages_count: 4,
      conversation,
    };
    const ext = {
      connection: { connection_id: 'conn', stream_position: 0 },
      redaction: [
        { type: 'email', count: 2, path: 'a' },
        { type: 'jwt', count: 1, path: 'b' },
      ],
    };
    const input = toEventInput(event('ai.request', data, { ext }));
    expect(input).toMatchObject({ summary: 'file content', redactionCount: 3 });
    expect(input.ai).toMatchObject({
      title: 'first question',
      conversationId: 'c1',
      turnNumber: 2,
      connectionId: 'conn',
    });
    expect(input.searchText).toBe('be nice\nfirst\n question\nread {"path":"x"}\nfile content');
  });

  it('sums a failed response up by its error and an answer of tool calls by their names', () => {
    const base = {
      request_id: 'r',
      provider,
      api: 'openai.responses',
      conversation,
      status_code: 429,
      success: false,
      choices: [],
      tool_calls: [{ name: 'read', type: 'function', arguments: '{}' }],
      tool_calls_count: 1,
      latency_ms: 5,
    };
    const failed = toEventInput(
      event('ai.response', { ...base, error: { type: 'rate_limit', message: 'slow down' } }),
    );
    expect(failed.summary).toBe('rate_limit: slow down');
    expect(failed.ai).toMatchObject({ success: false, statusCode: 429, latencyMs: 5 });
    expect(toEventInput(event('ai.response', base)).summary).toBe('read()');
  });

  it('stores the child of a fork beside its parent', () => {
    const data = { child_pid: 11, child_exec_id: 'boot:11:2', is_thread: false };
    const input = toEventInput(event('process.fork', data));
    expect(input.process?.execId).toBe('boot:10:1');
    expect(input.relatedProcesses?.at(-1)).toMatchObject({
      execId: 'boot:11:2',
      parentExecId: 'boot:10:1',
      exe: '/usr/bin/node',
    });
  });

  it('records how a process ended', () => {
    const data = { exit_code: 0, signal: 9, signal_name: 'SIGKILL', runtime_ms: 1 };
    const input = toEventInput(event('process.exit', data));
    expect(input.summary).toBe('ended by SIGKILL');
    expect(input.process).toMatchObject({ signal: 9, exitCode: 0, endUs: input.timeUs });
  });

  it('shortens summaries without cutting a character in two', () => {
    const args = [`${'a'.repeat(298)}😀😀`];
    const { summary } = toEventInput(event('process.exec', { exe: 'x', args, args_truncated: false }));
    expect(summary).toBe(`${'a'.repeat(298)}…`);
    expect(summary.isWellFormed()).toBe(true);
  });
});

it('reads times with any number of digits after the second', () => {
  expect(toMicroseconds('1970-01-01T00:00:01Z')).toBe(1_000_000);
  expect(toMicroseconds('1970-01-01T00:00:01.5Z')).toBe(1_500_000);
  expect(toMicroseconds('1970-01-01T00:00:01.000001Z')).toBe(1_000_001);
  expect(toMicroseconds('1970-01-01T00:00:01.0000019Z')).toBe(1_000_001);
});
