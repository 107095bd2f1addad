import { describe, expect, it } from 'vitest';
import type { AiRequestMessage, AiResponseMessage } from '../ai/types.ts';
import type { Message } from '../event/types.ts';
import { createToolCallTracker } from './tool-calls.ts';
import { createConversationTracker } from './tracker.ts';

const connection = {
  startBoottimeUs: 1,
  tgid: 1,
  ssl: 1,
  connUs: 1,
  tid: 1,
  uid: 0,
  cgroupId: 0,
  role: 'client',
  capturePoint: 'ssl_write',
} as const;
const common = {
  exchangeId: 1,
  connection,
  startUs: 0,
  endUs: 0,
  streamPosition: 0,
  confidence: { level: 'high', completeness: 'full', reasons: [] },
} as const;
const provider = { name: 'openai', endpoint: '' };

const say = (role: Message['role'], text: string): Message => ({ role, content: [{ type: 'text', text }] });

function request(messages: readonly Message[], previousResponseId?: string): AiRequestMessage {
  return {
    ...common,
    kind: 'request',
    links: previousResponseId === undefined ? {} : { previousResponseId },
    data: {
      provider,
      api: 'openai.chat_completions',
      request_type: 'chat',
      streaming: false,
      messages,
      messages_count: messages.length,
      has_system_prompt: false,
      tools_count: 0,
      has_images: false,
      size_bytes: 1,
    },
  };
}

function response(text: string, responseId?: string): AiResponseMessage {
  return {
    ...common,
    kind: 'response',
    requestSeen: true,
    ...(responseId === undefined ? {} : { responseId }),
    data: {
      provider,
      api: 'openai.chat_completions',
      status_code: 200,
      success: true,
      streaming: false,
      choices: [{ index: 0, message: say('assistant', text) }],
      tool_calls: [],
      tool_calls_count: 0,
      size_bytes: 1,
    },
  };
}

function createTracker(): ReturnType<typeof createConversationTracker> {
  let next = 0;
  return createConversationTracker(() => `c${(next += 1)}`);
}

describe('createConversationTracker', () => {
  it('continues the conversation whose messages a request begins with and gives what is new', () => {
    const tracker = createTracker();
    const first = tracker.placeRequest('p', request([say('system', 'monday'), say('user', 'hi')]));
    tracker.noteResponse('p', first.turn, response('hello'));
    const messages = [
      say('system', 'tuesday'),
      say('user', 'hi'),
      say('assistant', 'hello'),
      say('user', 'go on'),
    ];
    const second = tracker.placeRequest('p', request(messages));
    expect([first.turn.conversation_id, first.turn.turn_number]).toEqual(['c1', 1]);
    expect([second.turn.conversation_id, second.turn.turn_number]).toEqual(['c1', 2]);
    expect(second.added).toEqual(messages.slice(2));
  });

  it('starts anew for another process, another beginning and an identical request', () => {
    const tracker = createTracker();
    const ids = [
      tracker.placeRequest('p', request([say('user', 'hi')])),
      tracker.placeRequest('q', request([say('user', 'hi'), say('assistant', 'x'), say('user', 'y')])),
      tracker.placeRequest('p', request([say('user', 'other'), say('assistant', 'x'), say('user', 'y')])),
      tracker.placeRequest('p', request([say('user', 'hi')])),
    ].map((placement) => placement.turn.conversation_id);
    expect(new Set(ids).size).toBe(4);
  });

  it('tells conversations with the same question apart by their answers', () => {
    const tracker = createTracker();
    const turns = Array.from(
      { length: 200 },
      () => tracker.placeRequest('p', request([say('user', 'hi')])).turn,
    );
    turns.forEach((turn, index) => tracker.noteResponse('p', turn, response(`answer ${index}`)));
    for (const index of [117, 3, 199, 0]) {
      const next = [say('user', 'hi'), say('assistant', `answer ${index}`), say('user', 'more')];
      const placed = tracker.placeRequest('p', request(next));
      expect(placed.turn.conversation_id).toBe(turns[index]!.conversation_id);
    }
  });

  it('follows the answer a Responses request names', () => {
    const tracker = createTracker();
    const first = tracker.placeRequest('p', request([say('user', 'hi')]));
    tracker.noteResponse('p', first.turn, response('hello', 'resp_1'));
    const second = tracker.placeRequest('p', request([say('user', 'more')], 'resp_1'));
    expect(second.turn).toMatchObject({ conversation_id: first.turn.conversation_id, turn_number: 2 });
    expect(second.added).toHaveLength(1);
  });

  it('forgets old turns when there are too many, and counts them', () => {
    const tracker = createTracker();
    for (let index = 0; index < 20_010; index += 1)
      tracker.placeRequest('p', request([say('user', `q${index}`)]));
    expect(tracker.stats()).toEqual({ conversations: 20_010, turns: 20_010, forgotten: 10 });
  });
});

describe('createToolCallTracker', () => {
  it('tells a result once, with the name of its call, in both forms', () => {
    const tracker = createToolCallTracker();
    tracker.noteCall('p', { id: 'a', name: 'run', type: 'function', arguments: '{}' }, 'e1');
    tracker.noteCall('p', { id: 'b', name: 'read', type: 'function', arguments: '{}' }, 'e2');
    const messages: readonly Message[] = [
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'done' }] },
      { role: 'user', content: [{ type: 'tool_result', id: 'b', text: 'no such file', is_error: true }] },
      { role: 'tool', tool_call_id: 'unknown', content: [{ type: 'text', text: '?' }] },
    ];
    expect(tracker.takeResults('q', messages)).toEqual([]);
    expect(tracker.takeResults('p', messages)).toMatchObject([
      { callId: 'a', text: 'done', isError: false, call: { name: 'run', eventId: 'e1' } },
      { callId: 'b', text: 'no such file', isError: true, call: { name: 'read', eventId: 'e2' } },
    ]);
    expect(tracker.takeResults('p', messages)).toEqual([]);
    expect(tracker.stats().open).toBe(0);
  });
});
