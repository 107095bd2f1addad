import './audit.ts';
import './capture-status.ts';
import './conversation.ts';
import './event.ts';
import './facets.ts';
import './live.ts';
import './process.ts';
import './redaction-preview.ts';
import './redaction-rule.ts';
import './viewer.ts';
import { builder } from '../builder.ts';

/** The whole schema; `schema.graphql` is its print. */
export const schema = builder.toSchema();
