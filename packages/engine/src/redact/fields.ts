/**
 * The list of what may pass unexamined: structural fields, each only in its own shape. A string at any other place, or of any
 * other shape, is text and goes through the rules. `[]` stands for an index.
 */
import type { EventType } from '../event/types.ts';

/** Crockford base 32, as ULIDs are written. */
const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;
/** A word of an enumeration: letters, digits, dots and underscores, too short and too plain for a credential. */
const word = /^[a-z][a-z0-9]{0,24}(?:[._][a-z0-9]{1,20}){0,4}$/;
const execId = /^[0-9a-f]{8}-\d{1,10}-\d{1,16}$/;
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
const decimal = /^\d{1,20}$/;
const hexId = /^[0-9a-f]{12,64}$/;

export const structuralFields: Readonly<Record<string, RegExp>> = {
  oisp_version: /^0\.1$/,
  event_id: ulid,
  event_type: word,
  ts: timestamp,
  ts_mono: decimal,
  'host.device_id': hexId,
  'host.os': word,
  'host.arch': word,
  'process.exec_id': execId,
  'process.parent_exec_id': execId,
  'process.ancestors[].exec_id': execId,
  'process.start_time': timestamp,
  'process.container_id': hexId,
  'source.collector': word,
  'source.capture_method': word,
  'source.capture_point': word,
  'confidence.level': word,
  'confidence.completeness': word,
  'confidence.reasons[]': word,
  'confidence.missing[]': /^[a-z_]{1,40}(?::\d{1,16})?$/,
  'confidence.process_attribution': word,
  'confidence.content_source': word,
  'confidence.ai_detection_method': word,
  'confidence.redaction_profile': word,
  'related_events[].event_id': ulid,
  'related_events[].relationship': word,
  'ext.connection.connection_id': /^[0-9a-f]{8}-\d{1,10}-\d{1,16}\/[0-9a-f]{1,16}\/\d{1,20}$/,
  'data.request_id': ulid,
  'data.conversation.conversation_id': ulid,
  'data.child_exec_id': execId,
  'data.api': word,
  'data.request_type': word,
  'data.termination_type': word,
  'data.auth.type': word,
  // made by the parser of the header: at most eight characters and eight bytes of a digest
  'data.auth.key_prefix': /^[A-Za-z0-9_-]{1,8}$/,
  'data.auth.key_hash': /^(?:sha256:)?[0-9a-f]{16}$/,
};

/** What people, models and tools said, by event type: replaced entirely in `minimal` mode. */
export const contentFields: Readonly<Record<EventType, readonly string[]>> = {
  'ai.request': [
    'data.messages[].content[].text',
    'data.messages[].content[].arguments',
    'data.messages[].content[].url',
    'data.messages[].content[].name',
    'data.messages[].name',
    'data.tools[].description',
    'data.tool_choice',
    'data.parameters.stop[]',
  ],
  'ai.response': [
    'data.choices[].message.content[].text',
    'data.choices[].message.content[].arguments',
    'data.choices[].message.content[].url',
    'data.choices[].message.content[].name',
    'data.choices[].message.name',
    'data.tool_calls[].arguments',
    'data.error.message',
  ],
  'agent.tool_call': ['data.arguments'],
  'agent.tool_result': ['data.result'],
  'process.exec': ['data.args[]'],
  'process.exit': [],
  'process.fork': [],
};

/** Content in the envelope of every type. */
export const envelopeContentFields: readonly string[] = ['process.cmdline', 'process.ancestors[].cmdline'];

/** Lists whose strings belong together, with what stands between them: a secret may begin in one and end in the next. */
export const joinedLists: Readonly<Record<string, { readonly separator: string; readonly flags: boolean }>> =
  {
    'data.args': { separator: ' ', flags: true },
  };
/** Lists of parts with a `text` each, read as one text. */
export const joinedTexts: ReadonlySet<string> = new Set([
  'data.messages[].content',
  'data.choices[].message.content',
]);
/** Objects that enrichment makes once and puts into many events; their redaction is remembered. */
export const sharedObjects: readonly string[] = [
  'host',
  'actor',
  'process',
  'process.ancestors[]',
  'source',
  'confidence',
];
