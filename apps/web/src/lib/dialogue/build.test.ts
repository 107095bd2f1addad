import { describe, expect, it } from 'vitest';
import { buildDialogue, type DialogueEvent } from './build.ts';
import { missingSentence } from './missing.ts';

const text = (role: string, value: string) => ({ role, content: [{ type: 'text', text: value }] });

function request(id: string, second: number, messages: unknown[], extra: object = {}): DialogueEvent {
  return event('ai.request', { id, second }, { messages, model: { id: 'm-1' }, ...extra });
}

function response(id: string, second: number, content: unknown[], extra: object = {}): DialogueEvent {
  const choices = [{ index: 0, message: { role: 'assistant', content } }];
  return event('ai.response', { id, second }, { choices, tool_calls: [], success: true, ...extra });
}

function event(
  type: string,
  { id: requestId, second }: { readonly id: string; readonly second: number },
  data: object,
  completeness = 'full',
): DialogueEvent {
  const time = `2026-11-21T04:00:${String(second).padStart(2, '0')}.000000Z`;
  const payload = JSON.stringify({ confidence: { completeness }, data: { request_id: requestId, ...data } });
  return { id: `${requestId}-${type}`, type, time, payload };
}

describe('buildDialogue', () => {
  it('shows only what is new when the client sends its history again', () => {
    const turns = buildDialogue([
      request('r1', 1, [text('system', 'Be brief.'), text('user', 'Hello')]),
      response('r1', 2, [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'Hi there. ' },
      ]),
      request('r2', 3, [
        text('system', 'Be brief.'),
        text('user', 'Hello'),
        text('assistant', 'Hi there.'),
        text('user', 'Bye'),
      ]),
    ]);
    expect(turns[0]?.asked.map((said) => said.kind)).toEqual(['text', 'text']);
    expect(turns[1]).toMatchObject({ repeated: 3, rewritten: 0, asked: [{ role: 'user', text: 'Bye' }] });
  });

  it('knows a tool call again although its arguments are written anew', () => {
    const call = { type: 'tool_call', id: 'c1', name: 'read_file', arguments: '{"path": "/a"}' };
    const again = { ...call, arguments: '{"path":"/a"}' };
    const turns = buildDialogue([
      request('r1', 1, [text('user', 'Read it')]),
      response('r1', 2, [call]),
      request('r2', 3, [
        text('user', 'Read it'),
        { role: 'assistant', content: [again] },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'contents' }] },
      ]),
    ]);
    expect(turns[1]?.asked).toEqual([
      { kind: 'tool_result', callId: 'c1', text: 'contents', isError: false },
    ]);
  });

  it('says so when the client rewrote its history', () => {
    const turns = buildDialogue([
      request('r1', 1, [text('system', 'S'), text('user', 'One')]),
      response('r1', 2, [{ type: 'text', text: 'Uno' }]),
      request('r2', 3, [text('system', 'S'), text('user', 'Summary of before'), text('user', 'Two')]),
    ]);
    expect(turns[1]).toMatchObject({ repeated: 1, rewritten: 2 });
    expect(turns[1]?.asked).toHaveLength(2);
  });

  it('takes a client that sends only what is new at its word', () => {
    const turns = buildDialogue([
      request('r1', 1, [text('user', 'One')]),
      response('r1', 2, [{ type: 'text', text: 'Uno' }]),
      request('r2', 3, [text('user', 'Two')]),
    ]);
    expect(turns[1]).toMatchObject({ repeated: 0, rewritten: 0, asked: [{ text: 'Two' }] });
  });

  it('pairs by request and orders by time, also when events arrive mixed', () => {
    const turns = buildDialogue([
      response('r2', 4, [{ type: 'text', text: 'b' }]),
      request('r1', 1, [text('user', 'A')]),
      request('r2', 2, [text('user', 'B')]),
      response('r1', 3, [{ type: 'text', text: 'a' }]),
    ]);
    expect(turns.map((turn) => [turn.requestId, turn.answered[0]])).toMatchObject([
      ['r1', { text: 'a' }],
      ['r2', { text: 'b' }],
    ]);
  });

  it('reads figures, errors and what is missing', () => {
    const turns = buildDialogue([
      request('r1', 1, [text('user', 'A')]),
      event(
        'ai.response',
        { id: 'r1', second: 2 },
        {
          choices: [],
          tool_calls: [],
          success: false,
          status_code: 529,
          error: { type: 'overloaded_error', message: 'Overloaded' },
          usage: { prompt_tokens: 7 },
          latency_ms: 12,
        },
        'partial',
      ),
    ]);
    expect(turns[0]).toMatchObject({
      error: { type: 'overloaded_error', message: 'Overloaded' },
      figures: { promptTokens: 7, latencyMs: 12, statusCode: 529 },
      missing: ['partial'],
      complete: false,
    });
  });

  it('keeps a request without a response, and a payload that is no JSON', () => {
    const turns = buildDialogue([
      request('r1', 1, [text('user', 'A')]),
      { id: 'x', type: 'ai.response', time: '2026-11-21T04:00:09Z', payload: '{"data":' },
    ]);
    expect(turns.map((turn) => turn.missing)).toEqual([
      ['response_not_seen'],
      ['unreadable_event', 'request_not_seen'],
    ]);
  });
});

describe('missingSentence', () => {
  it('says what is gone and keeps words it does not know', () => {
    expect(missingSentence('bytes_lost:4096')).toBe('4096 bytes of the stream were lost.');
    expect(missingSentence('new_reason')).toBe('new reason');
  });
});
