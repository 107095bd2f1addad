import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseHead } from '../protocol/http1/head.ts';
import { describeAuth } from './auth.ts';
import { isJsonType, recogniseRequest, recogniseRequestBody } from './recognise.ts';
import type { Recognition } from './recognise.ts';

function recognise(start: string, fields: Record<string, string>): Recognition {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const head = parseHead([`${start} HTTP/1.1`, ...lines].join('\r\n'));
  if (head?.kind !== 'request') throw new Error('not a request');
  return recogniseRequest(head, () => false);
}

describe('recogniseRequest', () => {
  test.each([
    ['POST /v1/chat/completions', 'api.openai.com', 'openai.chat_completions', 'openai'],
    [
      'POST /openai/deployments/d/chat/completions?api-version=1',
      'u.openai.azure.com',
      'openai.chat_completions',
      'azure.ai.openai',
    ],
    ['POST /openai/v1/responses', 'u.openai.azure.com:443', 'openai.responses', 'azure.ai.openai'],
    ['POST /openai/v1/chat/completions', 'api.groq.com', 'openai.chat_completions', 'groq'],
    [
      'POST /v1beta/openai/chat/completions',
      'generativelanguage.googleapis.com',
      'openai.chat_completions',
      'gcp.gemini',
    ],
    ['POST /api/v1/chat/completions', 'openrouter.ai', 'openai.chat_completions', 'openrouter.ai'],
    ['POST /anthropic/v1/messages', 'api.deepseek.com', 'anthropic.messages', 'deepseek'],
    ['POST /v1/messages/', 'API.Anthropic.com', 'anthropic.messages', 'anthropic'],
    ['POST https://api.openai.com/v1/responses', 'proxy.test:3128', 'openai.responses', 'openai'],
  ])('%s at %s', (start, host, api, provider) => {
    expect(recognise(start, { host })).toMatchObject({
      kind: 'ai',
      api,
      endpoint: { provider },
      detection: 'known_endpoint',
    });
  });

  test.each([
    ['GET /v1/models', 'api.openai.com', 'unsupported_endpoint'],
    ['POST /v1/messages/count_tokens', 'api.anthropic.com', 'unsupported_endpoint'],
    ['POST /v1/audio/transcriptions', 'api.openai.com', 'unsupported_endpoint'],
    ['GET /v1/chat/completions', 'example.com', 'not_ai'],
    ['POST /login', 'example.com', 'not_ai'],
  ])('%s at %s is none', (start, host, reason) => {
    expect(recognise(start, { host })).toEqual({ kind: 'no', reason });
  });

  test('other hosts are looked at when the path or the type speaks for it', () => {
    expect(recognise('POST /v1/messages', { host: 'gw.test' })).toMatchObject({
      kind: 'look',
      api: 'anthropic.messages',
    });
    expect(recognise('POST /x', { host: 'gw.test', 'content-type': 'application/json' })).toMatchObject({
      kind: 'look',
    });
    expect(recognise('POST /v1/messages', { host: 'gw.test', 'content-type': 'text/plain' })).toMatchObject({
      kind: 'no',
    });
  });

  test('a host that only ends like a known one is not known', () => {
    expect(recognise('POST /v1/chat/completions', { host: 'api.openai.com.evil.test' })).toMatchObject({
      kind: 'look',
    });
    expect(recognise('POST /v1/chat/completions', { host: 'evilapi.openai.com' })).toMatchObject({
      kind: 'look',
    });
  });
});

describe('recogniseRequestBody', () => {
  const messages = [{ role: 'user', content: 'hi' }];
  test.each([
    [{ model: 'm', messages }, 'openai.chat_completions'],
    [{ model: 'm', messages, max_tokens: 5, system: 'x' }, 'anthropic.messages'],
    [{ model: 'm', messages, max_tokens: 5, tools: [{ name: 'a', input_schema: {} }] }, 'anthropic.messages'],
    [{ model: 'm', messages, max_tokens: 5 }, 'openai.chat_completions'],
    [{ model: 'm', input: messages }, 'openai.responses'],
    [{ model: 'm', input: 'hi', stream: true }, 'openai.responses'],
    [{ model: 'm', input: 'an embedding' }, undefined],
    [{ model: 'm', input: ['an', 'embedding'] }, undefined],
    [{ model: 'm', messages: ['hi'] }, undefined],
    [{ model: 'm', messages: [{ text: 'chat app' }] }, undefined],
    [{ messages }, undefined],
  ])('%j', (body, api) => {
    expect(recogniseRequestBody(body, undefined)).toBe(api);
  });
});

test('media types of JSON', () => {
  expect(isJsonType('application/json; charset=utf-8')).toBe(true);
  expect(isJsonType('application/problem+json')).toBe(true);
  expect(isJsonType('text/html')).toBe(false);
  expect(isJsonType(undefined)).toBe(false);
});

describe('describeAuth', () => {
  const auth = (name: string, value: string): unknown => describeAuth(new Map([[name, value]]));

  test('tells kind, public prefix and hash', () => {
    expect(auth('authorization', 'Bearer sk-proj-abc')).toMatchObject({
      type: 'api_key',
      key_prefix: 'sk-proj-',
    });
    expect(auth('x-api-key', 'sk-ant-api03-abc')).toMatchObject({ type: 'api_key', key_prefix: 'sk-ant-a' });
    expect(auth('authorization', 'Bearer sk-ant-oat01-abc')).toMatchObject({ type: 'oauth' });
    expect(auth('authorization', 'bearer eyJhbGciOi')).toMatchObject({ type: 'oauth', key_prefix: 'eyJ' });
  });

  test('an unknown credential has no prefix, as that would be part of the secret', () => {
    const { type, key_prefix, key_hash } = describeAuth(new Map([['api-key', '0123456789']]));
    expect([type, key_prefix]).toEqual(['api_key', undefined]);
    expect(key_hash).toBe(`sha256:${createHash('sha256').update('0123456789').digest('hex')}`);
    expect(auth('authorization', 'Bearer hunter2')).not.toHaveProperty('key_prefix');
    expect(auth('authorization', 'Basic dTpw')).toEqual({ type: 'unknown' });
    expect(describeAuth(new Map())).toEqual({ type: 'none' });
  });
});
