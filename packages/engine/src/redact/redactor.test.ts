import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleEvents, stringPaths, withStringAt } from '../../test/sample-events.ts';
import type { Event } from '../event/types.ts';
import { defaultRedactionConfig } from './config.ts';
import { createRedactor } from './redactor.ts';

const secrets = [
  'sk-proj-planted_A1b2C3d4E5f6-G7h8',
  'sk-ant-api03-planted_A1b2C3d4',
  'AKIAPLANTED123456789',
  'ghp_planted0123456789abcdefABCDEF012345',
  'planted.person@example.com',
];
const events: readonly Event[] = Object.values(sampleEvents);

describe('createRedactor', () => {
  it.each(events.map((event) => [event.event_type, event] as const))(
    'lets no secret planted in any string field of %s through in safe and minimal mode',
    (_type, event) => {
      for (const mode of ['safe', 'minimal'] as const) {
        const redactor = createRedactor({ ...defaultRedactionConfig, mode });
        for (const path of stringPaths(event)) {
          // the discriminant chooses the type; another value is not an event
          if (path.at(-1) === 'event_type') continue;
          for (const secret of secrets) {
            for (const planted of [secret, `before ${secret} after`, JSON.stringify({ a: secret })]) {
              const text = JSON.stringify(redactor.redact(withStringAt(event, path, planted)));
              expect(text, `${path.join('.')} = ${planted}`).not.toContain(secret);
            }
          }
        }
      }
    },
  );

  it('changes nothing in events without secrets but the confidence that says so', () => {
    const redactor = createRedactor(defaultRedactionConfig);
    for (const event of events) {
      const result = redactor.redact(event);
      expect(result.ext?.redaction).toBeUndefined();
      expect(result).toEqual({
        ...event,
        confidence: { ...event.confidence, redaction_applied: true, redaction_profile: 'safe' },
      });
    }
  });

  it('names rule, count and path of each finding', () => {
    const request = sampleEvents['ai.request'];
    const event = withStringAt(
      request,
      ['data', 'messages', 1, 'content', 0, 'text'],
      `two: ${secrets[4]!} ${secrets[4]!}`,
    );
    const result = createRedactor(defaultRedactionConfig).redact(event);
    expect(result.ext?.redaction).toEqual([{ type: 'email', count: 2, path: 'messages[1].content[0].text' }]);
    const withCommand = withStringAt(request, ['process', 'cmdline'], 'mysql --password hunter2');
    const command = createRedactor(defaultRedactionConfig).redact(withCommand);
    expect(command.process?.cmdline).toBe('mysql --password [SECRET_REDACTED]');
    expect(command.ext?.redaction).toEqual([
      { type: 'secret_assignment', count: 1, path: 'process.cmdline' },
    ]);
    expect(command.ext?.connection).toEqual(event.ext?.connection);
  });

  it('gives an event that it redacted back unchanged', () => {
    for (const mode of ['safe', 'minimal', 'full'] as const) {
      const redactor = createRedactor({ ...defaultRedactionConfig, mode });
      for (const event of events) {
        for (const path of stringPaths(event.data)) {
          const once = redactor.redact(withStringAt(event, ['data', ...path], `token=${secrets[0]!} x`));
          expect(redactor.redact(once)).toEqual(once);
        }
      }
    }
  });

  it('replaces secret arguments whole, also when they contain spaces', () => {
    const event = {
      ...sampleEvents['process.exec'],
      data: {
        ...sampleEvents['process.exec'].data,
        args: ['tool', '--password', 'my two words', '-p', 'hunter2', '-v'],
      },
    };
    const result = createRedactor(defaultRedactionConfig).redact(event);
    expect(result.event_type === 'process.exec' && result.data.args).toEqual([
      'tool',
      '--password',
      '[SECRET_REDACTED]',
      '-p',
      '[SECRET_REDACTED]',
      '-v',
    ]);
    const mkdir = { ...event, data: { ...event.data, args: ['mkdir', '-p', 'some'] } };
    const kept = createRedactor(defaultRedactionConfig).redact(mkdir);
    expect(kept.event_type === 'process.exec' && kept.data.args).toEqual(['mkdir', '-p', 'some']);
  });

  it('finds a secret split between two parts of a message', () => {
    const request = sampleEvents['ai.request'];
    const content = [
      { type: 'text', text: 'key sk-proj-abcdef' },
      { type: 'text', text: 'ghijklmnopqrstuv end' },
    ] as const;
    const event = { ...request, data: { ...request.data, messages: [{ role: 'user', content } as const] } };
    const result = createRedactor(defaultRedactionConfig).redact(event);
    const text = JSON.stringify(result.data);
    expect(text).not.toContain('sk-proj-abcdef');
    expect(text).not.toContain('ghijklmnopqrstuv');
    expect(text).toContain(' end');
  });

  it('keeps no content in minimal mode but its length and a hash', () => {
    const redactor = createRedactor({ ...defaultRedactionConfig, mode: 'minimal' });
    const words = [
      'hello there',
      'ls -l',
      'let me think',
      'Runs a command',
      'something was wrong',
      'total 0',
      'agent.js',
    ];
    for (const event of events) {
      const text = JSON.stringify(redactor.redact(event));
      for (const word of words) expect(text).not.toContain(word);
    }
    const result = redactor.redact(sampleEvents['agent.tool_result']);
    expect(result.event_type === 'agent.tool_result' && result.data.result).toMatch(
      /^\[CONTENT_REDACTED length=7 hash=[0-9a-f]{16}\]$/,
    );
  });

  it('keeps everything in full mode and says so', () => {
    const event = withStringAt(sampleEvents['agent.tool_result'], ['data', 'result'], secrets[0]!);
    const result = createRedactor({ ...defaultRedactionConfig, mode: 'full' }).redact(event);
    expect(result.event_type === 'agent.tool_result' && result.data.result).toBe(secrets[0]);
    expect(result.confidence).toMatchObject({ redaction_applied: false, redaction_profile: 'full' });
  });

  it('runs custom rules and refuses one that cannot run, naming the place', () => {
    const custom = [{ name: 'ticket', pattern: 'ACME-[0-9]{4,}', placeholder: '[TICKET]' }];
    const redactor = createRedactor({ ...defaultRedactionConfig, custom });
    const event = withStringAt(sampleEvents['agent.tool_result'], ['data', 'result'], 'see ACME-12345');
    const result = redactor.redact(event);
    expect(result.event_type === 'agent.tool_result' && result.data.result).toBe('see [TICKET]');
    expect(result.ext?.redaction).toEqual([{ type: 'ticket', count: 1, path: 'result' }]);
    const broken = [{ name: 'broken', pattern: 'a(b', placeholder: 'x' }];
    expect(() => createRedactor({ ...defaultRedactionConfig, custom: broken })).toThrow(
      expect.objectContaining({ code: 'REDACTION_BAD_RULE', rule: 'broken', field: 'pattern', column: 2 }),
    );
  });

  it('does not throw whatever the strings are', () => {
    const redactor = createRedactor(defaultRedactionConfig);
    const paths = stringPaths(sampleEvents['ai.request']).filter((path) => path.at(-1) !== 'event_type');
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.string({ unit: 'binary', maxLength: 200 }), (path, text) => {
        redactor.redact(withStringAt(sampleEvents['ai.request'], path, text));
      }),
      { numRuns: 300 },
    );
  });
});
