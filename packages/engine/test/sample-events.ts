/** One event of every type with every optional field filled, for tests that walk all fields. */
import type { Event, EventType } from '../src/event/types.ts';

const envelope = {
  oisp_version: '0.1',
  event_id: '01JD6XQ5N8V0K3M4P5R6S7T8W9',
  ts: '2026-11-21T03:38:35.123456Z',
  ts_mono: '123456789012345',
  host: {
    hostname: 'build-7',
    device_id: '0123456789abcdef0123456789abcdef',
    os: 'linux',
    os_version: 'Debian GNU/Linux 12 (bookworm)',
    arch: 'x64',
    kernel_version: '6.18.0',
  },
  actor: { uid: 1000, user: 'dev', gid: 1000 },
  process: {
    exec_id: '0a1b2c3d-4242-123456789',
    pid: 4242,
    exe: '/usr/bin/node',
    name: 'node',
    cmdline: 'node agent.js',
    ppid: 4000,
    parent_exec_id: '0a1b2c3d-4000-123450000',
    cwd: '/home/dev/project',
    tid: 4243,
    container_id: 'deadbeef0123',
    cgroup: '/system.slice/agent.service',
    start_time: '2026-11-21T03:30:00.000000Z',
    ancestors: [
      { exec_id: '0a1b2c3d-4000-123450000', pid: 4000, exe: '/bin/bash', name: 'bash', cmdline: 'bash -l' },
    ],
  },
  source: {
    collector: 'eyrie',
    collector_version: '0.1.0',
    capture_method: 'ebpf_uprobe',
    capture_point: 'ssl_write',
  },
  confidence: {
    level: 'high',
    completeness: 'partial',
    reasons: ['tls_boundary_capture'],
    missing: ['bytes_lost:12'],
    process_attribution: 'direct',
    content_source: 'tls_boundary',
    ai_detection_method: 'known_endpoint',
  },
  related_events: [{ event_id: '01JD6XQ5N8V0K3M4P5R6S7T8W8', relationship: 'caused_by' }],
  ext: {
    connection: {
      connection_id: '0a1b2c3d-4242-123456789/7f0012345678/123456789',
      fd: 12,
      host: 'api.openai.com',
      stream_position: 0,
    },
  },
} as const;

const conversation = { conversation_id: '01JD6XQ5N8V0K3M4P5R6S7T8WA', turn_number: 2 } as const;
const provider = { name: 'openai', endpoint: 'https://api.openai.com/v1/chat/completions' } as const;
const parts = [
  { type: 'text', text: 'hello there' },
  { type: 'thinking', text: 'let me think' },
  { type: 'image', media_type: 'image/png', size_bytes: 5, url: 'https://example.org/a.png' },
  { type: 'file', name: 'report.pdf', media_type: 'application/pdf', size_bytes: 9 },
  { type: 'audio', media_type: 'audio/wav', size_bytes: 4 },
  { type: 'tool_call', id: 'call_1', name: 'run', arguments: '{"cmd":"ls -l"}' },
  { type: 'tool_result', id: 'call_1', text: 'total 0', is_error: false },
  { type: 'refusal', text: 'no' },
  { type: 'other', kind: 'unknown_block' },
] as const;

/** Every event type, each field present. */
export const sampleEvents: { readonly [Type in EventType]: Extract<Event, { event_type: Type }> } = {
  'ai.request': {
    ...envelope,
    event_type: 'ai.request',
    data: {
      request_id: '01JD6XQ5N8V0K3M4P5R6S7T8WB',
      provider,
      api: 'openai.chat_completions',
      model: { id: 'gpt-5' },
      auth: { type: 'api_key', key_prefix: 'sk-proj-', key_hash: 'sha256:0123456789abcdef' },
      request_type: 'chat',
      streaming: true,
      messages: [
        { role: 'system', content: parts, name: 'sys' },
        { role: 'tool', content: parts, name: 'tool', tool_call_id: 'call_1' },
      ],
      messages_count: 2,
      has_system_prompt: true,
      tools: [{ name: 'run', type: 'function', description: 'Runs a command' }],
      tools_count: 1,
      tool_choice: 'auto',
      parameters: { temperature: 1, stop: ['END'], reasoning_effort: 'high' },
      has_images: true,
      conversation,
      size_bytes: 1234,
    },
  },
  'ai.response': {
    ...envelope,
    event_type: 'ai.response',
    data: {
      request_id: '01JD6XQ5N8V0K3M4P5R6S7T8WB',
      provider_request_id: 'req_123',
      provider,
      api: 'openai.chat_completions',
      model: { id: 'gpt-5' },
      status_code: 200,
      success: true,
      streaming: true,
      error: { type: 'invalid_request', message: 'something was wrong', code: 'bad' },
      choices: [
        { index: 0, message: { role: 'assistant', content: parts, name: 'a' }, finish_reason: 'stop' },
      ],
      tool_calls: [{ id: 'call_1', name: 'run', type: 'function', arguments: '{"cmd":"ls -l"}' }],
      tool_calls_count: 1,
      usage: { prompt_tokens: 1 },
      latency_ms: 5,
      finish_reason: 'stop',
      conversation,
      size_bytes: 99,
    },
  },
  'agent.tool_call': {
    ...envelope,
    event_type: 'agent.tool_call',
    data: {
      request_id: '01JD6XQ5N8V0K3M4P5R6S7T8WB',
      call_id: 'call_1',
      tool: { name: 'run', type: 'function', provider: 'native', server: 'files' },
      triggered_by: 'llm_decision',
      arguments: '{"cmd":"ls -l"}',
      conversation,
    },
  },
  'agent.tool_result': {
    ...envelope,
    event_type: 'agent.tool_result',
    data: {
      request_id: '01JD6XQ5N8V0K3M4P5R6S7T8WB',
      call_id: 'call_1',
      tool: { name: 'run', type: 'function' },
      success: true,
      result: 'total 0',
      result_size_bytes: 7,
      conversation,
    },
  },
  'process.exec': {
    ...envelope,
    event_type: 'process.exec',
    data: {
      exe: '/usr/bin/node',
      args: ['node', 'agent.js', 'go'],
      args_truncated: false,
      cwd: '/home/dev/project',
      is_shell: false,
      namespaces: { mount: 1, pid: 2, net: 3, user: 4 },
    },
  },
  'process.exit': {
    ...envelope,
    event_type: 'process.exit',
    data: {
      exit_code: 0,
      signal: 9,
      signal_name: 'SIGKILL',
      runtime_ms: 5,
      cpu_user_ms: 1,
      cpu_system_ms: 1,
      max_rss_kb: 100,
      termination_type: 'signaled',
    },
  },
  'process.fork': {
    ...envelope,
    event_type: 'process.fork',
    data: { child_pid: 4244, child_exec_id: '0a1b2c3d-4244-123456999', is_thread: false },
  },
};

/** Paths of all strings in a value, as lists of keys. */
export function stringPaths(
  value: unknown,
  path: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  if (typeof value === 'string') return [path];
  if (Array.isArray(value)) return value.flatMap((member, index) => stringPaths(member, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => stringPaths(member, [...path, key]));
  }
  return [];
}

/** A deep copy with one string replaced. */
export function withStringAt<Value>(value: Value, path: readonly (string | number)[], text: string): Value {
  // not structuredClone: it keeps two references to one object as one
  const copy = JSON.parse(JSON.stringify(value)) as Value;
  let target = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) target = target[key] as Record<string | number, unknown>;
  target[path.at(-1)!] = text;
  return copy;
}
