/** The rules every installation starts with. Order decides which name and placeholder wins where two rules overlap. */
import type { Rule } from './rule.ts';
import { assignmentRule } from './rules/assignment.ts';
import { bearerRule } from './rules/bearer.ts';
import { commandSecretRule } from './rules/command-secret.ts';
import { connectionStringRule } from './rules/connection-string.ts';
import { creditCardRule, emailRule, ipv4Rule, ipv6Rule, phoneRule, ssnRule } from './rules/personal.ts';
import { privateKeyRule } from './rules/private-key.ts';
import {
  apiKeyRule,
  awsKeyRule,
  githubTokenRule,
  gitlabTokenRule,
  jwtRule,
  slackTokenRule,
} from './rules/tokens.ts';

/** Most specific first. */
export const builtInRules: readonly Rule[] = [
  privateKeyRule,
  apiKeyRule,
  awsKeyRule,
  githubTokenRule,
  gitlabTokenRule,
  slackTokenRule,
  jwtRule,
  bearerRule,
  connectionStringRule,
  commandSecretRule,
  assignmentRule,
  creditCardRule,
  ssnRule,
  emailRule,
  phoneRule,
  ipv4Rule,
  ipv6Rule,
];
