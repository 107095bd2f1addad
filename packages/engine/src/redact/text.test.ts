import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInRules } from './built-in-rules.ts';
import { previewRedaction } from './preview.ts';
import { defaultRedactionConfig } from './config.ts';
import type { Rule } from './rule.ts';
import { createTextRedactor } from './text.ts';

const redactor = createTextRedactor(builtInRules.filter((rule) => rule.enabledByDefault));
const all = createTextRedactor(builtInRules);
const redact = (text: string): string => redactor.redact(text).text;

const replaced: readonly (readonly [text: string, expected: string])[] = [
  ['key sk-proj-abc_DEF-1234567890abcdef done', 'key [API_KEY_REDACTED] done'],
  ['sk-svcacct-abc_DEF-1234567890abcdef', '[API_KEY_REDACTED]'],
  // glued to what stands before it, as after an escape that was taken apart
  ['0Ask-proj-abc_DEF-1234567890abcdef', '0A[API_KEY_REDACTED]'],
  ['nghp_0123456789abcdefghijABCDEFGHIJ012345', 'n[GITHUB_TOKEN_REDACTED]'],
  ['sk-ant-api03-a_b-c1234567890', '[API_KEY_REDACTED]'],
  ['sk-or-v1-0123456789abcdef0123', '[API_KEY_REDACTED]'],
  ['AIzaSyA-1234567890_abcdefghijklmnopqrstu', '[API_KEY_REDACTED]'],
  ['gsk_abcdefghijklmnop1234', '[API_KEY_REDACTED]'],
  ['xai-abcdefghijklmnop1234', '[API_KEY_REDACTED]'],
  ['hf_abcdefghijklmnopqrst', '[API_KEY_REDACTED]'],
  ['r8_abcdefghijklmnopqrst', '[API_KEY_REDACTED]'],
  ['pplx-abcdefghijklmnopqrst', '[API_KEY_REDACTED]'],
  ['sk_live_abcdefgh12345678 rk_live_abcdefgh12345678', '[API_KEY_REDACTED] [API_KEY_REDACTED]'],
  ['npm_abcdefghijklmnopqrstuvwxyz0123456789', '[API_KEY_REDACTED]'],
  ['AKIAIOSFODNN7EXAMPLE and ASIAIOSFODNN7EXAMPLE', '[AWS_KEY_REDACTED] and [AWS_KEY_REDACTED]'],
  [
    'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'aws_secret_access_key = [SECRET_REDACTED]',
  ],
  ['github_pat_11ABCDEFG0123456789_abcdef', '[GITHUB_TOKEN_REDACTED]'],
  ['gho_0123456789abcdefghijABCDEFGHIJ012345', '[GITHUB_TOKEN_REDACTED]'],
  ['glpat-abcdefghij0123456789', '[GITLAB_TOKEN_REDACTED]'],
  ['xoxb-123456789012-abcdefghij', '[SLACK_TOKEN_REDACTED]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_123', '[JWT_REDACTED]'],
  [
    '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIabcdefghij\n-----END EC PRIVATE KEY-----\nok',
    '[PRIVATE_KEY_REDACTED]\nok',
  ],
  ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSj', '[PRIVATE_KEY_REDACTED]'],
  ['Authorization: Bearer abc.def-123456', 'Authorization: Bearer [BEARER_TOKEN_REDACTED]'],
  ['authorization: Basic dXNlcjpwYXNz', 'authorization: Basic [BEARER_TOKEN_REDACTED]'],
  ['postgres://bob:s3cr3t@db:5432/x', 'postgres://bob:[PASSWORD_REDACTED]@db:5432/x'],
  ['redis://:p@ss@host/0', 'redis://:[PASSWORD_REDACTED]@host/0'],
  ['OPENAI_API_KEY=short1', 'OPENAI_API_KEY=[SECRET_REDACTED]'],
  ['DB_PASSWORD=p(a;s$s w', 'DB_PASSWORD=[SECRET_REDACTED] w'],
  ['password: hunter2', 'password: [SECRET_REDACTED]'],
  ['const apiKey = "abcd1234";', 'const apiKey = "[SECRET_REDACTED]";'],
  ['{"client_secret": "a b\\"c"}', '{"client_secret": "[SECRET_REDACTED]"}'],
  ['https://h/?token=abcdef&page=1', 'https://h/?token=[SECRET_REDACTED]&page=1'],
  ['https%3A%2F%2Fh%2F%3Ftoken%3Dabcdef', 'https%3A%2F%2Fh%2F%3Ftoken%3D[SECRET_REDACTED]'],
  ["tool --api-key 'it'\\''s me' x", 'tool --api-key [SECRET_REDACTED] x'],
  ['tool --token=abc123 x', 'tool --token=[SECRET_REDACTED] x'],
  ['sshpass -p hunter2 ssh host', 'sshpass -p [SECRET_REDACTED] ssh host'],
  ['mysql -uroot -phunter2 db', 'mysql -uroot -p[SECRET_REDACTED] db'],
  ['curl -s -u bob:pw https://x', 'curl -s -u bob:[SECRET_REDACTED] https://x'],
  ['docker login -u me -p hunter2', 'docker login -u me -p [SECRET_REDACTED]'],
  ['{\n  "password":\n    "hunter2"\n}', '{\n  "password":\n    "[SECRET_REDACTED]"\n}'],
  ['<db><password>hunter2</password></db>', '<db><password>[SECRET_REDACTED]</password></db>'],
  ['machine h login me password hunter2 x', 'machine h login me password [SECRET_REDACTED] x'],
  ['SMTP_PASS=hunter2 pass: hunter2', 'SMTP_PASS=[SECRET_REDACTED] pass: [SECRET_REDACTED]'],
  ['MY_SERVICE_KEY=abcdef12345 x', 'MY_SERVICE_KEY=[SECRET_REDACTED] x'],
  ['my password is hunter2!', 'my password is [SECRET_REDACTED]'],
  ['mail bob.o+x@mail.example.com.', 'mail [EMAIL_REDACTED].'],
  [
    'card 4111-1111-1111-1111, 1 4111 1111 1111 1111',
    'card [CREDIT_CARD_REDACTED], 1 [CREDIT_CARD_REDACTED]',
  ],
  ['378282246310005 and 4222222222222', '[CREDIT_CARD_REDACTED] and [CREDIT_CARD_REDACTED]'],
  ['ssn 123-45-6789', 'ssn [SSN_REDACTED]'],
];

const kept: readonly string[] = [
  'the disk-abcdefghijklmnopqrstuv task-abcdefghijklmnopqrstuv',
  'max_tokens=4096 total_tokens: 512 token_count=3',
  'const password = getPassword();',
  'type Login = { password: string; token?: string }',
  'password: process.env.DB_PASSWORD',
  'The password is required and the bearer must sign',
  'PWD=/home/dev git@github.com:a/b.git https://host:8080/a?b=c#d@e',
  'https://example.com:8443/@scope/name',
  '1763696315000123 2026-11-21 03:38:35 4111 1111 1111 1112',
  '000-12-3456, 123-45-67890',
  'bypass = wanted; compass: north; primary_key=user_id; pass: 200; all tests pass. token > 5',
  'tokenizer = load(); secretary: Bob',
  '$TOKEN ${API_KEY} password=${PASSWORD}',
];

describe('built-in rules', () => {
  it.each(replaced)('replace the secret in %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each(kept)('leave %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each(replaced)('replace it also behind one to three levels of JSON escapes: %s', (text) => {
    let nested = text;
    const secret = changedPart(text);
    for (let level = 0; level < 3; level += 1) {
      nested = JSON.stringify({ v: nested });
      const result = redact(nested);
      expect(result).not.toContain(secret);
      expect(() => JSON.parse(result) as unknown).not.toThrow();
    }
  });

  it('replace a secret written in unicode escapes', () => {
    const hidden = Array.from(
      'sk-ant-abcdefghij0123456789',
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(redact(`{"cmd":"echo ${hidden.join('')} now"}`)).toBe('{"cmd":"echo [API_KEY_REDACTED] now"}');
  });

  it('find phone numbers and addresses only when switched on', () => {
    const text = 'call +49 30 1234567 or (555) 123-4567 at 192.168.1.20 or 2001:db8::1';
    expect(redact(text)).toBe(text);
    expect(all.redact(text).text).toBe(
      'call [PHONE_REDACTED] or [PHONE_REDACTED] at [IPV4_REDACTED] or [IPV6_REDACTED]',
    );
  });

  it('have names, descriptions, placeholders and patterns for people, all distinct by name', () => {
    for (const rule of builtInRules) {
      expect(rule.name).toMatch(/^[a-z0-9_]+$/);
      expect(rule.description.length).toBeGreaterThan(10);
      expect(rule.placeholder).toMatch(/^\[[A-Z0-9_]+_REDACTED\]$/);
      expect(rule.pattern).not.toBe('');
    }
    expect(new Set(builtInRules.map((rule) => rule.name)).size).toBe(builtInRules.length);
  });
});

/** What the rules removed from a text: the longest stretch that is not in the result. */
function changedPart(text: string): string {
  const result = redact(text);
  const words = text.split(/[\s"'&=:,;()]+/).filter((word) => word.length >= 6 && !result.includes(word));
  return words.sort((a, b) => b.length - a.length)[0] ?? '\u0000';
}

describe('createTextRedactor', () => {
  it('gives its own result back unchanged', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...replaced.map(([text]) => text),
        ...kept,
        ...builtInRules.map((rule) => rule.placeholder),
      ),
      fc.string({ maxLength: 12 }),
      fc.constantFrom('=', '"', '\\', ' ', '@', ':', '%40', '\\"', '\n', 'password', 'token=', '--secret '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = redact(pieces.join(''));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('replaces the whole text when a rule fails', () => {
    const broken: Rule = {
      kind: 'scan',
      name: 'broken',
      description: 'Fails',
      placeholder: '[X]',
      pattern: 'x',
      enabledByDefault: true,
      find: () => {
        throw new Error('broken');
      },
    };
    const result = createTextRedactor([...builtInRules, broken]).redact('something');
    expect(result).toEqual({ text: '[REDACTION_FAILED]', counts: new Map(), failed: true });
  });

  const megabyte = (unit: string): string =>
    unit.repeat(Math.ceil(1_000_000 / unit.length)).slice(0, 1_000_000);
  const hostile = [
    'a', ' ', '1', '1 ', '4-', '\\', '\\"', '\\u0041', '%41', '@', 'a@', 'a.', 'a@a.', 'sk-', 'sk-a', 'eyJ', 'eyJa.', '.eyJaaaaaaaa',
    'token=', 'token="', "token='", 'password password is ', '--token ', 'token: x', '-----BEGIN RSA PRIVATE KEY-----', '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAA\n', '://', '://a:', '://a:b', '://a:b?', 'http://a:b/c ', 'curl ', 'curl -u ',
    'docker login ', 'mysql', 'mysql -', 'bearer ', 'basic Abc ', 'Authorization: ', 'cookie=', 'passphrase: ', '(555) ', '+1 2', '1.1.', 'a:',
    '::', '123-45-', 'SG.', 'SG.aaaaaaaaaaaaaaaa', 'AKIA', 'API_KEY=', 'API_KEY==', 'secret\\":\\"', '[API_KEY_REDACTED]', '<password>', 'login a password ', 'pass=', 'X_KEY=', 'password:\n ',
  ]; // prettier-ignore
  it.each(hostile)('stays linear on a megabyte of %j', (unit) => {
    const started = performance.now();
    all.redact(megabyte(unit));
    // a quadratic rule would need minutes; the margin is for slow machines
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe('previewRedaction', () => {
  it('shows the text and the count by rule', () => {
    const config = {
      ...defaultRedactionConfig,
      custom: [{ name: 'ticket', pattern: '(?i)acme-\\d+', placeholder: '[T]' }],
    };
    expect(previewRedaction('a@b.org acme-1 ACME-22', config)).toEqual({
      text: '[EMAIL_REDACTED] [T] [T]',
      findings: [
        { rule: 'email', count: 1 },
        { rule: 'ticket', count: 2 },
      ],
    });
    expect(previewRedaction('a@b.org', { ...config, disabledBuiltIns: ['email'] }).text).toBe('a@b.org');
    expect(previewRedaction('text', { ...config, mode: 'minimal' }).text).toMatch(
      /^\[CONTENT_REDACTED length=4 /,
    );
  });
});
