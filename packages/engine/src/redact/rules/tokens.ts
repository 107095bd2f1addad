/**
 * Credentials that say by their first characters what they are. Prefixes are the issuers' published formats. The lengths
 * required are lower than those issued today: a shortened or future key must not pass.
 */
import { isAlphanumeric, matchSticky, type TriggerRule } from '../rule.ts';

interface TokenShape {
  readonly prefix: string;
  /** What follows the prefix: one character class with a minimum, so a match is one pass. */
  readonly rest: string;
  /** A prefix long enough that no word holds it by chance: it counts in the middle of one too ("0sk-proj-…"). */
  readonly isUnmistakable?: true;
}

/** A prefix that counts wherever it stands. */
function unmistakable(prefix: string, rest: string): TokenShape {
  return { prefix, rest, isUnmistakable: true };
}

function tokenRule(
  base: { readonly name: string; readonly description: string; readonly placeholder: string },
  shapes: readonly TokenShape[],
): TriggerRule {
  const byPrefix = new Map(
    shapes.map(({ prefix, rest, isUnmistakable }) => [
      prefix,
      { rest: new RegExp(rest, 'y'), isUnmistakable },
    ]),
  );
  return {
    ...base,
    kind: 'trigger',
    pattern: shapes.map((shape) => shape.prefix + shape.rest).join('|'),
    enabledByDefault: true,
    ignoreCase: false,
    triggers: shapes.map((shape) => shape.prefix),
    matchAt(text, at, trigger) {
      const shape = byPrefix.get(trigger);
      if (shape === undefined) return undefined;
      // "disk-…" is not "sk-…": a short prefix counts only at the start of a word
      const isInWord = at > 0 && isAlphanumeric(text.charCodeAt(at - 1));
      if (isInWord && shape.isUnmistakable !== true) return undefined;
      const end = matchSticky(shape.rest, text, at + trigger.length);
      return end === -1 ? undefined : { start: at, end };
    },
  };
}

const key = '[A-Za-z0-9_-]{16,}';

/** Keys of model providers and of Google and Stripe, whose prefixes are their own. */
export const apiKeyRule = tokenRule(
  {
    name: 'api_key',
    description:
      'API keys of OpenAI, Anthropic, OpenRouter, Google, Groq, xAI, Hugging Face, Replicate, Perplexity, Stripe, npm and SendGrid',
    placeholder: '[API_KEY_REDACTED]',
  },
  [
    // OpenAI (sk-, sk-proj-, sk-svcacct-, sk-admin-), Anthropic (sk-ant-) and OpenRouter (sk-or-) share the prefix
    { prefix: 'sk-', rest: key },
    ...['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-ant-', 'sk-or-v1-'].map((prefix) =>
      unmistakable(prefix, key),
    ),
    { prefix: 'AIza', rest: '[A-Za-z0-9_-]{30,}' },
    { prefix: 'gsk_', rest: key },
    { prefix: 'xai-', rest: key },
    { prefix: 'hf_', rest: '[A-Za-z0-9]{16,}' },
    { prefix: 'r8_', rest: '[A-Za-z0-9]{16,}' },
    { prefix: 'pplx-', rest: '[A-Za-z0-9]{16,}' },
    { prefix: 'sk_live_', rest: '[A-Za-z0-9]{8,}' },
    { prefix: 'sk_test_', rest: '[A-Za-z0-9]{8,}' },
    { prefix: 'rk_live_', rest: '[A-Za-z0-9]{8,}' },
    { prefix: 'rk_test_', rest: '[A-Za-z0-9]{8,}' },
    { prefix: 'whsec_', rest: '[A-Za-z0-9+/=]{16,}' },
    { prefix: 'npm_', rest: '[A-Za-z0-9]{20,}' },
    { prefix: 'SG.', rest: '[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}' },
  ],
);

/** Access key ids; the secret half has no shape of its own and is found by its assignment. */
export const awsKeyRule = tokenRule(
  {
    name: 'aws_key',
    description: 'AWS access key ids (AKIA…, ASIA…)',
    placeholder: '[AWS_KEY_REDACTED]',
  },
  [
    { prefix: 'AKIA', rest: '[A-Z0-9]{12,}' },
    { prefix: 'ASIA', rest: '[A-Z0-9]{12,}' },
  ],
);

/** Personal, OAuth, user-to-server, server-to-server, refresh and fine-grained tokens. */
export const githubTokenRule = tokenRule(
  {
    name: 'github_token',
    description: 'GitHub tokens (ghp_, gho_, ghu_, ghs_, ghr_, github_pat_)',
    placeholder: '[GITHUB_TOKEN_REDACTED]',
  },
  [
    ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => unmistakable(prefix, '[A-Za-z0-9_]{20,}')),
    unmistakable('github_pat_', '[A-Za-z0-9_]{20,}'),
  ],
);

/** Personal, deploy, runner and pipeline tokens start alike. */
export const gitlabTokenRule = tokenRule(
  {
    name: 'gitlab_token',
    description: 'GitLab tokens (glpat- and its relatives)',
    placeholder: '[GITLAB_TOKEN_REDACTED]',
  },
  ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-'].map((prefix) =>
    unmistakable(prefix, '[A-Za-z0-9_.-]{16,}'),
  ),
);

/** Bot, user, app, refresh and session tokens, and the newer app-level xapp form. */
export const slackTokenRule = tokenRule(
  {
    name: 'slack_token',
    description: 'Slack tokens (xoxb-, xoxp-, xoxa-, xoxr-, xoxs-, xapp-)',
    placeholder: '[SLACK_TOKEN_REDACTED]',
  },
  ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xoxc-', 'xoxd-', 'xapp-'].map((prefix) =>
    unmistakable(prefix, '[A-Za-z0-9%-]{10,}'),
  ),
);

/**
 * JSON Web Tokens, signed (three parts) and encrypted (five). The word boundary on the left is wider than for other tokens: a
 * run of `eyJ` is entered once, which keeps this linear.
 */
const jwtRest = /[A-Za-z0-9_-]{7,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+){0,2}/y;
export const jwtRule: TriggerRule = {
  kind: 'trigger',
  name: 'jwt',
  description: 'JSON Web Tokens',
  placeholder: '[JWT_REDACTED]',
  pattern: `eyJ${jwtRest.source}`,
  enabledByDefault: true,
  ignoreCase: false,
  triggers: ['eyJ'],
  matchAt(text, at) {
    const before = at > 0 ? text.charCodeAt(at - 1) : 0;
    if (isAlphanumeric(before) || before === 95 || before === 45) return undefined;
    const end = matchSticky(jwtRest, text, at + 3);
    return end === -1 ? undefined : { start: at, end };
  },
};
