import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyScript, expected, readBack } from './scripts.ts';
import { writeTranscript } from './transcripts.ts';
import { createTracked, WireConnection } from './wire-driver.ts';
import type { Direction } from './wire-driver.ts';

/** Milliseconds; the run stops then without being a failure. */
const budgetMs = Number(process.env['EYRIE_FUZZ_MS'] ?? '3000');

type Mishap =
  | { readonly kind: 'whole' | 'lost' | 'twice' }
  | { readonly kind: 'mutated'; readonly at: number; readonly byte: number }
  | { readonly kind: 'inserted'; readonly bytes: Uint8Array };

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ kind: 'whole' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'lost' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'twice' } as const) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('mutated' as const), at: fc.nat(), byte: fc.nat({ max: 255 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('inserted' as const), bytes: fc.uint8Array({ maxLength: 40 }) }),
  },
);

function sendWithMishaps(
  connection: WireConnection,
  direction: Direction,
  bytes: Buffer,
  plan: { readonly size: number; next(): Mishap },
): void {
  for (let at = 0; at < bytes.length; at += plan.size) {
    const piece = Buffer.from(bytes.subarray(at, at + plan.size));
    const event = plan.next();
    if (event.kind === 'lost') connection.lose(direction, piece.length);
    else if (event.kind === 'mutated') {
      piece[event.at % piece.length] = event.byte;
      connection.send(direction, piece);
    } else if (event.kind === 'inserted') connection.send(direction, Buffer.concat([piece, event.bytes]));
    else {
      connection.send(direction, piece);
      if (event.kind === 'twice') connection.record(direction, piece, at);
    }
  }
}

const run = fc.record({
  scripts: fc.array(anyScript, { minLength: 1, maxLength: 4 }),
  clean: anyScript,
  size: fc.constantFrom(1, 3, 17, 100, 1000, 16_384),
  mishaps: fc.infiniteStream(mishap),
  ending: fc.constantFrom('free', 'shutdown', 'exit', 'flush'),
});

test(
  'split, lost, doubled and mutated records: nothing thrown, nothing invented, memory bounded',
  { timeout: budgetMs + 60_000 },
  () => {
    const limit = 1_000_000;
    fc.assert(
      fc.property(run, ({ scripts, clean, size, mishaps, ending }) => {
        const tracked = createTracked({ maxBufferedBytes: limit });
        const broken = new WireConnection(tracked.tracker, { tgid: 1 });
        const whole = new WireConnection(tracked.tracker, { tgid: 2 });
        const plan = { size, next: (): Mishap => mishaps.next().value as Mishap };
        const { request, response } = writeTranscript(clean);
        whole.chunkBytes = size;
        whole.send('write', request);
        for (const script of scripts) {
          const transcript = writeTranscript(script);
          sendWithMishaps(broken, 'write', transcript.request, plan);
          sendWithMishaps(broken, 'read', transcript.response, plan);
          expect(tracked.tracker.stats().bufferedBytes).toBeLessThanOrEqual(limit);
        }
        whole.send('read', response);
        if (ending === 'free' || ending === 'shutdown') broken.state(ending);
        if (ending === 'exit') broken.exit();
        whole.state('free');
        tracked.tracker.flush();

        const untouched = [...tracked.requests(), ...tracked.responses()].filter(
          ({ connection }) => connection.tgid === 2,
        );
        expect(untouched).toHaveLength(2);
        const [asked, answered] = untouched;
        if (asked?.kind !== 'request' || answered?.kind !== 'response')
          throw new Error('not a request and its response');
        expect(readBack(asked, answered)).toEqual(expected(clean));

        // every request is answered, told to be unanswered, or was never told; no response belongs to two
        const ended = tracked.emitted
          .filter(({ kind }) => kind !== 'request')
          .map(({ exchangeId }) => exchangeId);
        expect(new Set(ended).size).toBe(ended.length);
        for (const { exchangeId } of tracked.requests()) expect(ended).toContain(exchangeId);
        expect(JSON.stringify(tracked.emitted)).not.toContain('planted-secret');
        const stats = tracked.tracker.stats();
        expect(stats).toMatchObject({ bufferedBytes: 0, openConnections: 0 });
        expect(Object.values(stats.drops).every(({ count, bytes }) => count >= 0 && bytes >= 0)).toBe(true);
      }),
      { interruptAfterTimeLimit: budgetMs, markInterruptAsFailure: false, numRuns: 1_000_000 },
    );
  },
);

test("lost records alone never put words in anyone's mouth", { timeout: budgetMs + 60_000 }, () => {
  fc.assert(
    fc.property(
      anyScript,
      fc.infiniteStream(fc.nat({ max: 5 })),
      fc.constantFrom(20, 100, 700),
      (script, dice, size) => {
        const tracked = createTracked();
        const connection = new WireConnection(tracked.tracker);
        const next = (): Mishap => ({ kind: dice.next().value === 0 ? 'lost' : 'whole' });
        const { request, response } = writeTranscript(script);
        sendWithMishaps(connection, 'write', request, { size, next });
        sendWithMishaps(connection, 'read', response, { size, next });
        tracked.tracker.flush();
        const answer = script.answer.join('');
        const calls = script.toolCall?.arguments.join('') ?? '';
        for (const { data } of tracked.responses()) {
          const said = data.choices.flatMap(({ message }) => message.content);
          for (const part of said) if (part.type === 'text') expect(answer.startsWith(part.text)).toBe(true);
          if (script.streamed)
            for (const call of data.tool_calls) expect(calls.startsWith(call.arguments)).toBe(true);
        }
        for (const { data } of tracked.requests()) {
          for (const { role, content } of data.messages) {
            const whole = role === 'system' ? script.system : script.prompt;
            for (const part of content)
              if (part.type === 'text') expect(whole.startsWith(part.text)).toBe(true);
          }
        }
      },
    ),
    { interruptAfterTimeLimit: budgetMs / 2, markInterruptAsFailure: false, numRuns: 1_000_000 },
  );
});
