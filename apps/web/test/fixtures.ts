/** What the harness answers with: a small host on which agents work, some things go wrong, and some names are hostile. */
import type { Message } from './messages.ts';

const base = Date.now();
const at = (secondsAgo: number): string => new Date(base - secondsAgo * 1000).toISOString();

export const hostile = {
  markup: '<img src=x onerror="document.title=\'owned\'">',
  bidi: 'invoice\u202Efdp.exe',
  zeroWidth: 'no\u200Bde',
  arabic: 'مرحبا بالعالم',
  longPath: `/srv/${'deeply/nested/'.repeat(20)}node_modules/.bin/agent`,
};

interface FixtureProcess {
  execId: string;
  name: string;
  pid: number;
  ppid: number | null;
  parentExecId: string | null;
  exe: string | null;
  commandLine: string | null;
  cwd: string | null;
  user: string | null;
  uid: number | null;
  containerId: string | null;
  startTime: string | null;
  endTime: string | null;
  exitCode: number | null;
  signal: number | null;
  ancestors: FixtureProcess[];
}

function process(
  pid: number,
  name: string,
  parent: FixtureProcess | null,
  more: Partial<FixtureProcess> = {},
): FixtureProcess {
  return {
    execId: `b1/${pid}/1`,
    name,
    pid,
    ppid: parent?.pid ?? null,
    parentExecId: parent?.execId ?? null,
    exe: `/usr/bin/${name}`,
    commandLine: name,
    cwd: '/home/dev/shop',
    user: 'dev',
    uid: 1000,
    containerId: null,
    startTime: at(4000 - pid / 10),
    endTime: null,
    exitCode: null,
    signal: null,
    ancestors: parent === null ? [] : [parent, ...parent.ancestors],
    ...more,
  };
}

const systemd = process(1, 'systemd', null, { user: 'root', uid: 0, cwd: '/', commandLine: '/sbin/init' });
const sshd = process(812, 'sshd', systemd, { user: 'root', uid: 0 });
const bash = process(2210, 'bash', sshd);
const agent = process(2891, 'node', bash, {
  commandLine: 'node /usr/local/bin/codehelper --model claude-sonnet-4-5 --workdir /home/dev/shop',
});
const python = process(3120, 'python3', bash, {
  commandLine: 'python3 -m evals.run --suite regression --workers 8',
  endTime: at(90),
  exitCode: 0,
});
const container = process(3300, 'java', systemd, {
  containerId: '7d9f0c1b2a3e4d5f60718293a4b5c6d7e8f90123',
  user: 'app',
  uid: 10001,
});
const odd = process(4001, hostile.zeroWidth, bash, {
  exe: hostile.longPath,
  commandLine: `${hostile.longPath} ${hostile.bidi} ${hostile.markup}`,
  endTime: at(30),
  signal: 9,
});

export const processes = [odd, container, python, agent, bash, sshd, systemd];

interface FixtureConversation {
  id: string;
  process: FixtureProcess;
  title: string;
  provider: string;
  api: string;
  model: string | null;
  age: number;
  turns: { messages: Message[]; answer: object[]; more?: object; envelope?: object }[];
  errorCount?: number;
  redactionCount?: number;
  completeness?: string;
}

const say = (role: Message['role'], text: string): Message => ({ role, content: [{ type: 'text', text }] });

const system = say(
  'system',
  'You are a careful coding assistant.\nWork only inside the repository. Ask before you delete anything.\n'.repeat(
    6,
  ),
);
const ask = say(
  'user',
  'The checkout total is wrong when a voucher is used twice. Find out why.\nMy key is [API_KEY_REDACTED], mail me at [EMAIL_REDACTED]; customer [CUSTOMER_REDACTED] reported it.',
);
const read = {
  type: 'tool_call',
  id: 'call_1',
  name: 'read_file',
  arguments: '{"path":"src/checkout/total.ts","lines":[1,80]}',
};
const file = {
  role: 'tool',
  tool_call_id: 'call_1',
  content: [
    {
      type: 'tool_result',
      id: 'call_1',
      text: 'export function total(cart: Cart): Money {\n  const sum = cart.items.reduce((n, item) => n + item.price, 0);\n  return cart.vouchers.reduce((n, voucher) => n - voucher.value, sum);\n}',
    },
  ],
} satisfies Message;
const test = {
  type: 'tool_call',
  id: 'call_2',
  name: 'run_tests',
  arguments: '{"filter":"voucher","reporter":"dot"}',
};
const failed = {
  role: 'tool',
  tool_call_id: 'call_2',
  content: [
    { type: 'tool_result', id: 'call_2', is_error: true, text: 'sh: 1: vitest: not found\nexit status 127' },
  ],
} satisfies Message;
const first = [
  {
    type: 'thinking',
    text: 'The total subtracts each voucher. If the list holds one twice, it is subtracted twice. I should read the file first.',
  },
  { type: 'text', text: 'I will look at how the total is computed.' },
  read,
];
const second = [
  {
    type: 'text',
    text: 'Nothing removes a voucher that was entered twice. I will run the tests of vouchers before I change it.',
  },
  test,
];
const history1: Message[] = [system, ask];
const history2: Message[] = [...history1, { role: 'assistant', content: first.slice(1) }, file];
const history3: Message[] = [...history2, { role: 'assistant', content: second }, failed];

const conversations: FixtureConversation[] = [
  {
    id: 'c-checkout',
    process: agent,
    title: 'The checkout total is wrong when a voucher is used twice. Find out why.',
    provider: 'anthropic',
    api: 'anthropic.messages',
    model: 'claude-sonnet-4-5',
    age: 240,
    redactionCount: 3,
    turns: [
      {
        messages: history1,
        answer: first,
        more: {
          usage: { prompt_tokens: 1240, completion_tokens: 96, cached_tokens: 0 },
          latency_ms: 2310,
          time_to_first_token_ms: 610,
        },
      },
      {
        messages: history2,
        answer: second,
        more: {
          usage: { prompt_tokens: 2890, completion_tokens: 71, cached_tokens: 1240 },
          latency_ms: 1820,
          time_to_first_token_ms: 402,
        },
      },
      {
        messages: history3,
        answer: [
          {
            type: 'text',
            text: 'The tests could not start because `vitest` is not installed here. The cause is clear from the code though:\n\n1. `cart.vouchers` may hold the same voucher twice.\n2. `total` subtracts each entry.\n\nI suggest to reduce over a set of voucher codes:\n\n    const once = new Map(cart.vouchers.map((v) => [v.code, v]));\n\nShall I make that change?',
          },
        ],
        more: {
          usage: { prompt_tokens: 3110, completion_tokens: 240, cached_tokens: 2890, reasoning_tokens: 64 },
          latency_ms: 4120,
          time_to_first_token_ms: 380,
        },
      },
    ],
  },
  {
    id: 'c-evals',
    process: python,
    title: 'Grade the following answer from 1 to 5 and give only the number.',
    provider: 'openai',
    api: 'openai.chat_completions',
    model: 'gpt-5-mini',
    age: 95,
    errorCount: 1,
    turns: [
      {
        messages: [say('user', 'Grade the following answer from 1 to 5 and give only the number.')],
        answer: [{ type: 'text', text: '4' }],
        more: { usage: { prompt_tokens: 410, completion_tokens: 1 }, latency_ms: 512 },
      },
      {
        messages: [say('user', 'Grade the next answer.')],
        answer: [],
        more: {
          choices: [],
          success: false,
          status_code: 429,
          error: {
            type: 'rate_limit_exceeded',
            message: 'Rate limit reached for gpt-5-mini: 500 requests a minute.',
          },
          latency_ms: 88,
        },
      },
    ],
  },
  {
    id: 'c-support',
    process: container,
    title: 'Summarise the ticket for the customer',
    provider: 'openai',
    api: 'openai.responses',
    model: 'gpt-5',
    age: 1500,
    completeness: 'partial',
    redactionCount: 12,
    turns: [
      {
        messages: [
          say('user', 'Summarise the ticket for the customer [EMAIL_REDACTED], card [CREDIT_CARD_REDACTED].'),
        ],
        answer: [{ type: 'text', text: 'The parcel was lost on the way' }],
        more: { usage: { prompt_tokens: 5120 }, latency_ms: 9120 },
        envelope: {
          confidence: {
            level: 'medium',
            completeness: 'partial',
            reasons: ['stream_gap'],
            missing: ['bytes_lost:4096'],
          },
        },
      },
    ],
  },
  {
    id: 'c-hostile',
    process: odd,
    title: `${hostile.markup} ${hostile.bidi} ${hostile.arabic}`,
    provider: 'anthropic',
    api: 'anthropic.messages',
    model: 'claude-haiku-4-5',
    age: 40,
    turns: [
      {
        messages: [
          say(
            'user',
            `${hostile.markup} open ${hostile.bidi}, then ${hostile.zeroWidth} ${hostile.longPath}`,
          ),
        ],
        answer: [
          { type: 'text', text: `${hostile.arabic} </script><script>document.title='owned'</script>` },
        ],
        more: { usage: { prompt_tokens: 90, completion_tokens: 12 }, latency_ms: 700 },
      },
    ],
  },
];

interface EnvelopeParts {
  readonly type: string;
  readonly time: string;
  readonly data: object;
  readonly extra: object | undefined;
}

function envelope(conversation: FixtureConversation, { type, time, data, extra }: EnvelopeParts): object {
  const { process: from } = conversation;
  const providerHost = conversation.provider === 'openai' ? 'api.openai.com' : 'api.anthropic.com';
  return {
    oisp_version: '0.1',
    event_type: type,
    ts: time,
    host: { hostname: 'build-07', os: 'linux', arch: 'x86_64' },
    actor: { uid: from.uid, user: from.user },
    process: { exec_id: from.execId, pid: from.pid, name: from.name, exe: from.exe },
    source: {
      collector: 'eyrie',
      collector_version: '0.1.0',
      capture_method: 'ebpf_uprobe',
      capture_point: type === 'ai.request' ? 'ssl_write' : 'ssl_read',
    },
    confidence: {
      level: 'high',
      completeness: 'full',
      reasons: ['tls_boundary_capture'],
      redaction_profile: 'safe',
    },
    ext: {
      connection: {
        connection_id: `${from.execId}/7f3a10/9912`,
        fd: 23,
        host: providerHost,
        stream_position: 0,
      },
      ...(type === 'ai.request' &&
        conversation.redactionCount && {
          redaction: [
            { type: 'api_key', count: 1, path: 'messages[1].content' },
            { type: 'email', count: 1, path: 'messages[1].content' },
          ],
        }),
    },
    ...extra,
    data,
  };
}

export const events = conversations.flatMap((conversation) =>
  conversation.turns.flatMap((turn, index) => {
    const requestId = `${conversation.id}-r${index + 1}`;
    const start = conversation.age - index * 12;
    const shared = {
      request_id: requestId,
      provider: {
        name: conversation.provider,
        endpoint: conversation.provider === 'openai' ? '/v1/chat/completions' : '/v1/messages',
      },
      api: conversation.api,
      model: { id: conversation.model },
      streaming: true,
      conversation: { conversation_id: conversation.id, turn_number: index + 1 },
    };
    const request = envelope(conversation, {
      type: 'ai.request',
      time: at(start),
      extra: turn.envelope,
      data: {
        ...shared,
        messages: turn.messages,
        tools: [
          { name: 'read_file', type: 'function' },
          { name: 'run_tests', type: 'function' },
        ],
      },
    });
    const response = envelope(conversation, {
      type: 'ai.response',
      time: at(start - 3),
      extra: turn.envelope,
      data: {
        ...shared,
        success: true,
        status_code: 200,
        choices: [{ index: 0, message: { role: 'assistant', content: turn.answer } }],
        tool_calls: [],
        finish_reason: 'stop',
        ...turn.more,
      },
    });
    return [request, response].map((payload, side) => ({
      id: `${requestId}-${side === 0 ? 'q' : 'a'}`,
      type: side === 0 ? 'ai.request' : 'ai.response',
      time: at(side === 0 ? start : start - 3),
      summary: side === 0 ? (turn.messages.at(-1)?.content[0]?.text ?? '') : conversation.title,
      provider: conversation.provider,
      model: conversation.model,
      pid: conversation.process.pid,
      processName: conversation.process.name,
      execId: conversation.process.execId,
      conversationId: conversation.id,
      requestId,
      latencyMs: side === 0 ? null : 1820,
      success: side === 0 ? null : true,
      statusCode: side === 0 ? null : 200,
      completeness: conversation.completeness ?? 'full',
      redactionCount: side === 0 ? (conversation.redactionCount ?? 0) : 0,
      payload: JSON.stringify(payload),
      process: conversation.process,
    }));
  }),
);

export const conversationRows = conversations
  .map((conversation) => ({
    id: conversation.id,
    title: conversation.title,
    provider: conversation.provider,
    api: conversation.api,
    model: conversation.model,
    pid: conversation.process.pid,
    process: conversation.process,
    startTime: at(conversation.age),
    endTime: at(conversation.age - conversation.turns.length * 12),
    turnCount: conversation.turns.length,
    promptTokens: 7240 * conversation.turns.length,
    completionTokens: 407,
    cachedTokens: 4130,
    reasoningTokens: 64,
    toolCallCount: conversation.id === 'c-checkout' ? 2 : 0,
    errorCount: conversation.errorCount ?? 0,
    redactionCount: conversation.redactionCount ?? 0,
    completeness: conversation.completeness ?? 'full',
  }))
  .sort((a, b) => b.endTime.localeCompare(a.endTime));

export const rules = [
  {
    id: 'custom-1',
    source: 'custom',
    name: 'customer',
    description: 'Customer numbers of the shop',
    pattern: String.raw`CUST-\d{6}`,
    placeholder: '[CUSTOMER_REDACTED]',
    enabled: true,
    version: 3,
    updatedAt: at(7200),
    updatedBy: 'ada',
  },
  {
    id: 'custom-2',
    source: 'custom',
    name: 'project names',
    description: 'Names nobody outside may hear',
    pattern: '(?i)project (nightjar|wren)',
    placeholder: '[PROJECT_REDACTED]',
    enabled: false,
    version: 1,
    updatedAt: at(90_000),
    updatedBy: 'grace',
  },
  {
    id: 'config-1',
    source: 'config',
    name: 'internal hosts',
    description: 'Hosts of the inner network',
    pattern: String.raw`[a-z0-9-]+\.corp\.example`,
    placeholder: '[HOST_REDACTED]',
    enabled: true,
    version: 1,
    updatedAt: null,
    updatedBy: null,
  },
  ...[
    [
      'api_key',
      'API keys of model providers and generic secrets',
      String.raw`sk-[A-Za-z0-9]{20,}`,
      '[API_KEY_REDACTED]',
    ],
    ['jwt', 'JSON web tokens', String.raw`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`, '[JWT_REDACTED]'],
    ['email', 'E-mail addresses', String.raw`[\w.+-]+@[\w-]+\.[\w.]+`, '[EMAIL_REDACTED]'],
    ['credit_card', 'Payment cards', String.raw`\d{4}([ -]?\d{4}){3}`, '[CREDIT_CARD_REDACTED]'],
  ].map(([name, description, pattern, placeholder]) => ({
    id: `built-in-${name}`,
    source: 'built_in',
    name,
    description,
    pattern,
    placeholder,
    enabled: true,
    version: 1,
    updatedAt: null,
    updatedBy: null,
  })),
];

export const audit = [
  {
    id: '3',
    time: at(300),
    actor: 'ada',
    action: 'redaction_rule.update',
    target: 'customer',
    before: '{"pattern":"CUST-\\\\d{5}"}',
    after: '{"pattern":"CUST-\\\\d{6}"}',
    ipAddress: '127.0.0.1',
  },
  {
    id: '2',
    time: at(400),
    actor: 'ada',
    action: 'session.login',
    target: 'ada',
    before: null,
    after: null,
    ipAddress: '127.0.0.1',
  },
  {
    id: '1',
    time: at(90_000),
    actor: 'system',
    action: 'user.create',
    target: 'ada',
    before: null,
    after: '{"role":"admin"}',
    ipAddress: null,
  },
];

export const targets = [
  {
    path: '/usr/lib/x86_64-linux-gnu/libssl.so.3',
    library: 'openssl',
    captured: true,
    reason: null,
    processCount: 12,
  },
  {
    path: '/usr/local/lib/nodejs/node-v24.21.0-linux-x64/bin/node',
    library: 'openssl',
    captured: true,
    reason: null,
    processCount: 3,
  },
  {
    path: '/opt/tools/agentd',
    library: 'go',
    captured: false,
    reason: 'Go TLS has no probes yet; its plaintext is not seen.',
    processCount: 1,
  },
  {
    path: hostile.longPath,
    library: 'boringssl',
    captured: false,
    reason: 'The file was deleted while its process runs.',
    processCount: 1,
  },
];
