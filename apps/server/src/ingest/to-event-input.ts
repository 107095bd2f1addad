import type { AiInput, EventInput, ProcessInput } from '@eyrie/db';
import { processRowOf, type ProcessInfo, type RedactedEvent } from '@eyrie/engine';
import { fromProcessRow } from './from-process-row.ts';
import { shorten, summaryLength } from './shorten.ts';

type Kind = RedactedEvent['event_type'];
type Message = EventOf<'ai.request'>['data']['messages'][number];
type ContentPart = Message['content'][number];
type PartOf<Type extends ContentPart['type']> = Extract<ContentPart, { type: Type }>;
type EventOf<Type extends Kind> = Extract<RedactedEvent, { event_type: Type }>;

interface Parts {
  readonly summary: string;
  readonly searchText?: string;
  readonly ai?: AiInput;
  /** What this type of event tells of its own process. */
  readonly process?: Partial<ProcessInput>;
  readonly relatedProcesses?: readonly ProcessInput[];
}

const titleLength = 120;

/** What each type of event adds to the columns all have in common. */
const partsOf: { readonly [Type in Kind]: (event: EventOf<Type>) => Parts } = {
  'ai.request': (event) => {
    const { data } = event;
    const text = data.messages.map(textOfMessage).filter((part) => part !== '');
    // Agents send the whole conversation each time: what is new is at the end.
    const latest = data.messages.findLast(
      (message) => message.role !== 'assistant' && message.role !== 'system',
    );
    const firstUser = data.messages.find((message) => message.role === 'user');
    return {
      summary: latest === undefined ? `${data.messages_count} messages` : textOfMessage(latest),
      searchText: text.join('\n'),
      ai: {
        ...conversationOf(event),
        title: firstUser === undefined ? null : shorten(textOfMessage(firstUser), titleLength),
        provider: data.provider.name,
        model: data.model?.id ?? null,
        api: data.api,
      },
    };
  },
  'ai.response': (event) => {
    const { data } = event;
    const text = data.choices.map((choice) => textOfMessage(choice.message)).filter((part) => part !== '');
    const calls = data.tool_calls.map((call) => `${call.name}()`).join(', ');
    const failure = data.error === undefined ? undefined : `${data.error.type}: ${data.error.message}`;
    return {
      summary: failure ?? (text[0] === undefined || text[0] === '' ? calls : text[0]),
      searchText: [...text, failure ?? ''].join('\n'),
      ai: {
        ...conversationOf(event),
        provider: data.provider.name,
        model: data.model?.id ?? null,
        api: data.api,
        statusCode: data.status_code,
        success: data.success,
        latencyMs: data.latency_ms ?? null,
        ttftMs: data.time_to_first_token_ms ?? null,
        promptTokens: data.usage?.prompt_tokens ?? null,
        completionTokens: data.usage?.completion_tokens ?? null,
        cachedTokens: data.usage?.cached_tokens ?? null,
        reasoningTokens: data.usage?.reasoning_tokens ?? null,
      },
    };
  },
  'agent.tool_call': (event) => ({
    summary: `${event.data.tool.name}(${event.data.arguments})`,
    searchText: `${event.data.tool.name} ${event.data.arguments}`,
    ai: { ...conversationOf(event), provider: event.data.tool.provider ?? null },
  }),
  'agent.tool_result': (event) => ({
    summary: `${event.data.tool.name}: ${event.data.result}`,
    searchText: event.data.result,
    ai: { ...conversationOf(event), success: event.data.success },
  }),
  'process.exec': (event) => ({
    summary: event.data.args.length === 0 ? event.data.exe : event.data.args.join(' '),
    process: { exe: event.data.exe, cwd: event.data.cwd ?? event.process?.cwd ?? null },
  }),
  'process.exit': (event) => ({
    summary:
      event.data.signal === undefined
        ? `exited with ${event.data.exit_code}`
        : `ended by ${event.data.signal_name ?? `signal ${event.data.signal}`}`,
    process: {
      endUs: toMicroseconds(event.ts),
      exitCode: event.data.exit_code,
      signal: event.data.signal ?? null,
    },
  }),
  'process.fork': (event) => ({
    summary: `started process ${event.data.child_pid}`,
    relatedProcesses: [
      {
        execId: event.data.child_exec_id,
        pid: event.data.child_pid,
        startUs: toMicroseconds(event.ts),
        // Until it calls exec, a child is a copy of its parent.
        ...(event.process === undefined ? {} : copyOf(event.process)),
      },
    ],
  }),
};

/** The rows of one redacted event. Everything in them comes from the event, so nothing unredacted can be stored. */
export function toEventInput(event: RedactedEvent): EventInput {
  const row = processRowOf(event);
  if (row !== undefined) return fromProcessRow(row);
  const parts = partsFor(event);
  return {
    eventId: event.event_id,
    eventType: event.event_type,
    timeUs: toMicroseconds(event.ts),
    completeness: event.confidence.completeness,
    redactionCount: (event.ext?.redaction ?? []).reduce((total, finding) => total + finding.count, 0),
    summary: shorten(parts.summary, summaryLength),
    payload: JSON.stringify(event),
    process: processOf(event, parts.process ?? {}),
    relatedProcesses: [...ancestorsOf(event.process), ...(parts.relatedProcesses ?? [])],
    searchText: parts.searchText ?? null,
    ai: parts.ai ?? null,
  };
}

function partsFor<Type extends Kind>(event: EventOf<Type>): Parts {
  // A table lookup by the discriminant: the compiler can't see that key and value belong together unless Type is kept.
  const build: (event: EventOf<Type>) => Parts = partsOf[event.event_type];
  return build(event);
}

function conversationOf(
  event: Extract<RedactedEvent, { data: { conversation: unknown } }>,
): Pick<AiInput, 'conversationId' | 'turnNumber' | 'requestId' | 'connectionId'> {
  return {
    conversationId: event.data.conversation.conversation_id,
    turnNumber: event.data.conversation.turn_number,
    requestId: event.data.request_id,
    connectionId: event.ext?.connection?.connection_id ?? null,
  };
}

function processOf({ process, actor }: RedactedEvent, own: Partial<ProcessInput>): ProcessInput | null {
  if (process === undefined) return null;
  return {
    execId: process.exec_id,
    pid: process.pid,
    ppid: process.ppid ?? null,
    parentExecId: process.parent_exec_id ?? null,
    exe: process.exe ?? null,
    name: process.name ?? null,
    cmdline: process.cmdline ?? null,
    cwd: process.cwd ?? null,
    containerId: process.container_id ?? null,
    uid: actor?.uid ?? null,
    user: actor?.user ?? null,
    startUs: process.start_time === undefined ? null : toMicroseconds(process.start_time),
    ...own,
  };
}

function copyOf(parent: ProcessInfo): Omit<ProcessInput, 'execId' | 'pid'> {
  return {
    ppid: parent.pid,
    parentExecId: parent.exec_id,
    exe: parent.exe ?? null,
    name: parent.name ?? null,
    cmdline: parent.cmdline ?? null,
    cwd: parent.cwd ?? null,
    containerId: parent.container_id ?? null,
  };
}

/** Ancestors as rows, each linked to the next, so that a chain is whole even when their own events were never seen. */
function ancestorsOf(process: ProcessInfo | undefined): readonly ProcessInput[] {
  const ancestors = process?.ancestors ?? [];
  return ancestors.map((ancestor, index) => {
    const parent = ancestors[index + 1];
    return {
      execId: ancestor.exec_id,
      pid: ancestor.pid,
      exe: ancestor.exe ?? null,
      name: ancestor.name ?? null,
      cmdline: ancestor.cmdline ?? null,
      ...(parent === undefined ? {} : { ppid: parent.pid, parentExecId: parent.exec_id }),
    };
  });
}

function textOfMessage(message: Message): string {
  return message.content
    .map(textOfPart)
    .filter((text) => text !== '')
    .join('\n');
}

const textOf: {
  readonly [Type in ContentPart['type']]: (part: PartOf<Type>) => string;
} = {
  text: (part) => part.text,
  thinking: (part) => part.text,
  refusal: (part) => part.text,
  tool_call: (part) => `${part.name} ${part.arguments}`,
  tool_result: (part) => part.text,
  file: (part) => part.name ?? '',
  image: () => '',
  audio: () => '',
  other: () => '',
};

function textOfPart(part: ContentPart): string {
  return readText(part.type, part);
}

/** Looks the reader up by the discriminant; `Type` ties the two together for the compiler. */
function readText<Type extends ContentPart['type']>(type: Type, part: PartOf<Type>): string {
  const read: (part: PartOf<Type>) => string = textOf[type];
  return read(part);
}

/** Microseconds of an RFC 3339 time; Date alone keeps milliseconds only. */
export function toMicroseconds(timestamp: string): number {
  const fraction = /\.\d{3}(\d{1,3})/.exec(timestamp)?.[1] ?? '';
  return Date.parse(timestamp) * 1000 + Number(fraction.padEnd(3, '0'));
}
