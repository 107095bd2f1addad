import {
  parseObject,
  readNumber,
  readObject,
  readObjects,
  readText,
  readTexts,
  type JsonObject,
} from './json.ts';
import { readMessages, sameness, type Said } from './messages.ts';

/** One event of a conversation as the API gives it. */
export interface DialogueEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  /** Event in the Open Inference Standard Protocol envelope, as JSON text. */
  readonly payload: string;
}

interface TurnFigures {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly cachedTokens?: number;
  readonly reasoningTokens?: number;
  readonly latencyMs?: number;
  readonly timeToFirstTokenMs?: number;
  readonly finishReason?: string;
  readonly statusCode?: number;
}

interface TurnError {
  readonly type: string;
  readonly message: string;
}

/** One request and what came back. */
export interface Turn {
  readonly number: number;
  readonly requestId: string;
  readonly time: string;
  readonly model: string | null;
  readonly streaming: boolean;
  /** Parts sent again by the client and shown in an earlier turn. */
  readonly repeated: number;
  /** Parts of earlier turns that the client left out or changed this time. */
  readonly rewritten: number;
  readonly asked: readonly Said[];
  readonly answered: readonly Said[];
  readonly error: TurnError | null;
  readonly figures: TurnFigures;
  readonly requestEventId: string | null;
  readonly responseEventId: string | null;
  /** What is known to be missing, in the words of the event: `stream_gap`, `response_not_seen`. */
  readonly missing: readonly string[];
  readonly complete: boolean;
}

interface Pair {
  readonly requestId: string;
  readonly time: string;
  request: DialogueEvent | null;
  response: DialogueEvent | null;
}

/** The turns of a conversation, oldest first, each with only what was not shown before. Never throws. */
export function buildDialogue(events: readonly DialogueEvent[]): readonly Turn[] {
  let shown: readonly string[] = [];
  return pairUp(events).map((pair, index) => {
    const turn = buildTurn(pair, index + 1, shown);
    shown = turn.said;
    return turn.turn;
  });
}

function pairUp(events: readonly DialogueEvent[]): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  const byTime = [...events].sort((a, b) => a.time.localeCompare(b.time) || a.id.localeCompare(b.id));
  for (const event of byTime) {
    if (event.type !== 'ai.request' && event.type !== 'ai.response') continue;
    const requestId = readText(readObject(parseObject(event.payload), 'data'), 'request_id') ?? event.id;
    const pair = pairs.get(requestId) ?? { requestId, time: event.time, request: null, response: null };
    if (event.type === 'ai.request') pair.request = event;
    else pair.response = event;
    pairs.set(requestId, pair);
  }
  return [...pairs.values()];
}

function buildTurn(
  pair: Pair,
  order: number,
  shown: readonly string[],
): { readonly turn: Turn; readonly said: readonly string[] } {
  const request = parseObject(pair.request?.payload ?? '');
  const response = parseObject(pair.response?.payload ?? '');
  const requestData = readObject(request, 'data');
  const responseData = readObject(response, 'data');
  const sent = readMessages(readObjects(requestData, 'messages'));
  const answered = readAnswer(responseData);
  const repeat = countRepeated(sent, shown);
  const missing = new Set([...missingOf(request, pair.request), ...missingOf(response, pair.response)]);
  if (pair.request === null) missing.add('request_not_seen');
  if (pair.response === null) missing.add('response_not_seen');
  const model =
    readText(readObject(responseData, 'model'), 'id') ?? readText(readObject(requestData, 'model'), 'id');
  const turn: Turn = {
    number:
      readNumber(readObject(pair.request ? requestData : responseData, 'conversation'), 'turn_number') ??
      order,
    requestId: pair.requestId,
    time: pair.time,
    model: model ?? null,
    streaming: (pair.response ? responseData : requestData)['streaming'] === true,
    repeated: repeat.parts,
    // A client that sends only what is new repeats nothing, and that is no rewriting.
    rewritten: repeat.keys > 0 ? shown.length - repeat.keys : 0,
    asked: sent.slice(repeat.parts),
    answered,
    error: readError(responseData),
    figures: readFigures(responseData),
    requestEventId: pair.request?.id ?? null,
    responseEventId: pair.response?.id ?? null,
    missing: [...missing],
    complete: missing.size === 0,
  };
  const said = [...sent, ...answered].map(sameness).filter((key) => key !== null);
  return { turn, said: repeat.keys === 0 ? [...shown, ...said] : said };
}

/** How many leading parts were shown before; parts that have no sameness go with their neighbours. */
function countRepeated(sent: readonly Said[], shown: readonly string[]): { parts: number; keys: number } {
  let keys = 0;
  let parts = 0;
  for (const [index, said] of sent.entries()) {
    const key = sameness(said);
    if (key === null) continue;
    if (key !== shown[keys]) break;
    keys += 1;
    parts = index + 1;
  }
  return { parts, keys };
}

function readAnswer(data: JsonObject): readonly Said[] {
  const choices = readObjects(data, 'choices');
  const said = readMessages(choices.map((choice) => readObject(choice, 'message')));
  if (said.some((each) => each.kind === 'tool_call')) return said;
  const calls = readObjects(data, 'tool_calls').map((call): Said => {
    const id = readText(call, 'id');
    return {
      kind: 'tool_call',
      ...(id !== undefined && { callId: id }),
      name: readText(call, 'name') ?? 'unnamed tool',
      arguments: readText(call, 'arguments') ?? '',
    };
  });
  return [...said, ...calls];
}

function readError(data: JsonObject): TurnError | null {
  const error = readObject(data, 'error');
  const message = readText(error, 'message');
  if (message === undefined && data['success'] !== false) return null;
  const status = readNumber(data, 'status_code');
  return {
    type: readText(error, 'type') ?? (status === undefined ? 'error' : `status ${status}`),
    message: message ?? 'The provider refused the request and gave no message.',
  };
}

function missingOf(event: JsonObject, source: DialogueEvent | null): readonly string[] {
  const confidence = readObject(event, 'confidence');
  if (source === null || readText(confidence, 'completeness') === 'full') return [];
  const known = readTexts(confidence, 'missing');
  return known.length > 0 ? known : [readText(confidence, 'completeness') ?? 'unreadable_event'];
}

function readFigures(data: JsonObject): TurnFigures {
  const usage = readObject(data, 'usage');
  const figures = {
    promptTokens: readNumber(usage, 'prompt_tokens'),
    completionTokens: readNumber(usage, 'completion_tokens'),
    cachedTokens: readNumber(usage, 'cached_tokens'),
    reasoningTokens: readNumber(usage, 'reasoning_tokens'),
    latencyMs: readNumber(data, 'latency_ms'),
    timeToFirstTokenMs: readNumber(data, 'time_to_first_token_ms'),
    finishReason: readText(data, 'finish_reason'),
    statusCode: readNumber(data, 'status_code'),
  };
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
}
