import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyScript, expected, readBack } from './scripts.ts';
import { writeTranscript } from './transcripts.ts';
import type { Script } from './transcripts.ts';
import { createTracked, httpMessage, WireConnection } from './wire-driver.ts';

const simple: Script = {
  api: 'openai.chat_completions',
  model: 'gpt-4o',
  system: 'be brief',
  prompt: 'hi',
  answer: ['hel', 'lo'],
  toolCall: undefined,
  streamed: true,
  coding: 'identity',
  framing: 'chunked',
};

describe('an exchange', () => {
  test('reads back as what was said, in every API, framing, coding and split', () => {
    fc.assert(
      fc.property(
        anyScript,
        fc.constantFrom(1, 2, 7, 100, 16_384),
        fc.constantFrom('write', 'read'),
        (script, size, out) => {
          const tracked = createTracked();
          const { request, response } = writeTranscript(script);
          const connection = new WireConnection(tracked.tracker);
          connection.chunkBytes = size;
          connection.send(out, request).send(out === 'write' ? 'read' : 'write', response);
          if (script.framing === 'until_close') connection.state('free');
          const [sent] = tracked.requests();
          const [got] = tracked.responses();
          expect(readBack(sent!, got!)).toEqual(expected(script));
          expect(sent!.connection.role).toBe(out === 'write' ? 'client' : 'server');
          expect(tracked.tracker.stats().bufferedBytes).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('200 parallel requests of one process pair 200 of 200 however their records interleave', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (choices) => {
        const tracked = createTracked();
        const connections = Array.from({ length: 200 }, (_, index) => {
          const script = { ...simple, prompt: `question ${index}`, answer: ['answer ', String(index)] };
          const connection = new WireConnection(tracked.tracker, { nowUs: 1000 + index });
          const { request, response } = writeTranscript(script);
          return {
            connection,
            steps: [() => connection.send('write', request), () => connection.send('read', response)],
          };
        });
        const open = [...connections];
        while (open.length > 0) {
          const index = choices.next().value % open.length;
          open[index]!.steps.shift()!();
          if (open[index]!.steps.length === 0) open.splice(index, 1);
        }
        const requests = new Map(tracked.requests().map((message) => [message.exchangeId, message]));
        expect(requests.size).toBe(200);
        expect(tracked.responses()).toHaveLength(200);
        for (const response of tracked.responses()) {
          const request = requests.get(response.exchangeId)!;
          const asked = JSON.stringify(request.data.messages).match(/question (\d+)/)![1];
          expect(JSON.stringify(response.data.choices)).toContain(`answer ${asked}"`);
          expect(response.connection.ssl).toBe(request.connection.ssl);
        }
      }),
      { numRuns: 5 },
    );
  });

  test('the credential leaves no trace but kind, public prefix and hash', () => {
    const tracked = createTracked();
    const { request, response } = writeTranscript(simple);
    new WireConnection(tracked.tracker).send('write', request).send('read', response);
    expect(JSON.stringify(tracked.emitted)).not.toContain('planted-secret');
    expect(tracked.requests()[0]!.data.auth).toMatchObject({ type: 'api_key', key_prefix: 'sk-proj-' });
  });

  test('both ends of a connection on one machine each yield an exchange of their own', () => {
    const tracked = createTracked();
    const { request, response } = writeTranscript(simple);
    new WireConnection(tracked.tracker, { tgid: 1 }).send('write', request).send('read', response);
    new WireConnection(tracked.tracker, { tgid: 2 }).send('read', request).send('write', response);
    expect(tracked.requests().map(({ connection }) => connection.role)).toEqual(['client', 'server']);
    expect(tracked.responses().map(({ connection }) => connection.capturePoint)).toEqual([
      'ssl_read',
      'ssl_write',
    ]);
  });

  test('the first token of a compressed stream is timed by the bytes it could be decoded from', () => {
    const tracked = createTracked();
    const answer = Array.from({ length: 200 }, (_, index) => `word ${index * 7919} `);
    const { request, response } = writeTranscript({
      ...simple,
      answer,
      coding: 'gzip',
      framing: 'until_close',
    });
    const connection = new WireConnection(tracked.tracker).send('write', request);
    const bodyAt = response.indexOf('\r\n\r\n') + 4;
    connection.at(1_100_000).send('read', response.subarray(0, bodyAt + 12));
    connection.at(1_200_000).send('read', response.subarray(bodyAt + 12, bodyAt + 700));
    connection
      .at(1_900_000)
      .send('read', response.subarray(bodyAt + 700))
      .state('free');
    expect(tracked.responses()[0]!.data).toMatchObject({ time_to_first_token_ms: 200, latency_ms: 900 });
  });

  test('a compressed stream that was cut yields what was there', () => {
    const tracked = createTracked();
    const answer = Array.from({ length: 500 }, (_, index) => `word ${index * 7919} `);
    const { request, response } = writeTranscript({
      ...simple,
      answer,
      coding: 'gzip',
      framing: 'until_close',
    });
    const connection = new WireConnection(tracked.tracker).send('write', request);
    connection.send('read', response.subarray(0, response.length - 1000)).exit();
    const [got] = tracked.responses();
    expect(got!.confidence).toMatchObject({ completeness: 'partial', level: 'medium' });
    expect(got!.confidence.reasons).toContain('process_exited');
    expect(JSON.stringify(got!.data.choices)).toContain('word 7919 word 15838 ');
  });

  test('a decompression bomb is refused and told', () => {
    const tracked = createTracked({ maxDecodedBytes: 100_000 });
    const { request, response } = writeTranscript({
      ...simple,
      answer: ['x'.repeat(1_000_000)],
      coding: 'gzip',
    });
    new WireConnection(tracked.tracker).send('write', request).send('read', response);
    expect(tracked.responses()[0]!.confidence).toMatchObject({ completeness: 'partial' });
    expect(tracked.responses()[0]!.confidence.reasons).toContain('body_limit');
  });
});

describe('bounds', () => {
  test('a body over its limit is kept to the limit and told, and the next request is read', () => {
    const tracked = createTracked({ maxBodyBytes: 2000 });
    const { request, response } = writeTranscript({ ...simple, prompt: 'long '.repeat(1000) });
    const next = writeTranscript(simple);
    const connection = new WireConnection(tracked.tracker).send('write', request).send('read', response);
    connection.send('write', next.request).send('read', next.response);
    const [first, second] = tracked.requests();
    expect(first!.confidence.reasons).toContain('body_limit');
    expect(first!.confidence.completeness).toBe('partial');
    expect(second!.confidence.completeness).toBe('full');
  });

  test('all bodies together stay within the memory limit', () => {
    const tracked = createTracked({ maxBufferedBytes: 100_000 });
    for (let index = 0; index < 20; index++) {
      const { request } = writeTranscript({ ...simple, prompt: 'x'.repeat(30_000) });
      new WireConnection(tracked.tracker, { nowUs: index }).send(
        'write',
        request.subarray(0, request.length - 10),
      );
      expect(tracked.tracker.stats().bufferedBytes).toBeLessThanOrEqual(100_000);
    }
    tracked.tracker.flush();
    expect(
      tracked.requests().filter(({ confidence }) => confidence.reasons.includes('memory_limit')),
    ).not.toHaveLength(0);
    expect(tracked.tracker.stats()).toMatchObject({ bufferedBytes: 0, openConnections: 0 });
  });

  test('connections over the limit push out those that were quiet longest', () => {
    const tracked = createTracked({ maxConnections: 16 });
    for (let index = 0; index < 100; index++) {
      new WireConnection(tracked.tracker, { nowUs: index }).send('write', writeTranscript(simple).request);
    }
    const stats = tracked.tracker.stats();
    expect(stats.openConnections).toBeLessThanOrEqual(16);
    expect(stats.drops.connection_limit.count).toBe(100 - stats.openConnections);
    expect(stats.unanswered).toBe(100 - stats.openConnections);
  });

  test('an idle connection is forgotten, its open response told', () => {
    const tracked = createTracked({ idleUs: 1_000_000 });
    const { request, response } = writeTranscript(simple);
    new WireConnection(tracked.tracker).send('write', request).send('read', response.subarray(0, 300));
    tracked.tracker.tick(1_900_000);
    expect(tracked.responses()).toHaveLength(0);
    tracked.tracker.tick(2_100_000);
    expect(tracked.responses()[0]!.confidence.reasons).toContain('connection_idle');
    expect(tracked.tracker.stats()).toMatchObject({ openConnections: 0, bufferedBytes: 0 });
  });

  test('bodies of requests that cannot be AI are never buffered', () => {
    const tracked = createTracked();
    const big = 'x'.repeat(100_000);
    const lines = ['POST /v1/chat/completions HTTP/1.1', 'Host: example.com', 'content-type: text/plain'];
    const upload = httpMessage(lines, big);
    const connection = new WireConnection(tracked.tracker).send('write', upload.subarray(0, 90_000));
    expect(tracked.tracker.stats().bufferedBytes).toBe(0);
    connection.send('write', upload.subarray(90_000));
    expect(tracked.tracker.stats().drops.not_ai).toEqual({ count: 1, bytes: big.length });
  });
});

describe('records', () => {
  test('duplicates and overlaps are ignored and counted', () => {
    const tracked = createTracked();
    const { request, response } = writeTranscript(simple);
    const connection = new WireConnection(tracked.tracker);
    connection.record('write', request.subarray(0, 50), 0);
    connection.record('write', request.subarray(0, 50), 0);
    connection.record('write', request.subarray(20), 20);
    connection.send('read', response);
    expect(tracked.responses()[0]!.confidence.completeness).toBe('full');
    expect(tracked.tracker.stats().drops.duplicate).toEqual({ count: 1, bytes: 80 });
  });

  test('a reused TLS object is a new connection, and late records of the old one are counted', () => {
    const tracked = createTracked();
    const { request, response } = writeTranscript(simple);
    const old = new WireConnection(tracked.tracker).send('write', request);
    const record = {
      ...old.identity,
      connUs: old.identity.connUs + 1,
      flags: 0,
      ktimeUs: 5,
      enteredUs: 5,
      position: 0,
      cgroupId: 1,
      tid: 1,
      fd: -1,
      uid: 0,
      direction: 'write' as const,
      payload: request,
    };
    tracked.tracker.tlsData(record);
    old.send('read', response);
    tracked.tracker.tlsData({ ...record, direction: 'read', payload: response });
    expect(tracked.emitted.map(({ kind }) => kind)).toEqual(['request', 'unanswered', 'request', 'response']);
    expect(tracked.tracker.stats().drops.after_close.count).toBe(1);
  });

  test('a connection that was shut down ends when nothing more comes', () => {
    const tracked = createTracked();
    const { request, response } = writeTranscript({ ...simple, streamed: false, framing: 'until_close' });
    const connection = new WireConnection(tracked.tracker)
      .send('write', request)
      .send('read', response.subarray(0, 200));
    connection.state('shutdown').send('read', response.subarray(200));
    tracked.tracker.tick(1_500_000);
    expect(tracked.responses()).toHaveLength(0);
    tracked.tracker.tick(2_500_000);
    expect(tracked.responses()[0]!.confidence.completeness).toBe('full');
  });

  test('an answer that comes before the request was sent whole is told after it', () => {
    const tracked = createTracked();
    const { request } = writeTranscript(simple);
    const refusal = httpMessage(
      ['HTTP/1.1 413 Payload Too Large', 'content-type: application/json'],
      '{"error":"too large"}',
    );
    new WireConnection(tracked.tracker)
      .send('write', request.subarray(0, request.length - 20))
      .send('read', refusal)
      .send('write', request.subarray(request.length - 20));
    expect(tracked.emitted.map(({ kind }) => kind)).toEqual(['request', 'response']);
    expect(tracked.responses()[0]!.data).toMatchObject({ success: false, error: { message: 'too large' } });
  });

  test('a host an administrator names counts as known', () => {
    const tracked = createTracked({}, (host) => host === 'llm.internal');
    const { request } = writeTranscript(simple);
    const named = Buffer.from(
      request.toString('latin1').replace('api.openai.com', 'llm.internal:8443'),
      'latin1',
    );
    new WireConnection(tracked.tracker).send('write', named);
    expect(tracked.requests()[0]!.confidence.ai_detection_method).toBe('known_endpoint');
    expect(tracked.requests()[0]!.data.provider).toEqual({
      name: 'llm.internal:8443',
      endpoint: 'https://llm.internal:8443/v1/chat/completions',
    });
  });
});
