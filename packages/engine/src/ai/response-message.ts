import type { AiApi } from '../event/types.ts';
import type { HttpResponse } from '../protocol/http1/exchange.ts';
import type { HeaderFields } from '../protocol/http1/types.ts';
import type { ResponseParts } from './api-decoder.ts';
import { readJsonBody } from './body-read.ts';
import { readError, statusError } from './error-body.ts';
import { readEventStream } from './event-stream.ts';
import { compact, isRecord } from './json-read.ts';
import { decoders, isJsonType, recogniseResponseBody } from './recognise.ts';
import type { Endpoint } from './recognise.ts';
import { describeProvider } from './request-message.ts';
import type { AiResponseFields } from './types.ts';

/** A response as far as it could be read; `api` is undefined when it is not recognisably one of an AI endpoint. */
export interface ReadResponse {
  readonly api: AiApi | undefined;
  readonly streaming: boolean;
  readonly parts: ResponseParts | undefined;
  readonly error: AiResponseFields['error'];
  readonly firstContentUs: number | undefined;
  /** All of the body was read, whatever it was. */
  readonly whole: boolean;
  readonly reasons: readonly string[];
}

function isEventStream(headers: HeaderFields): boolean {
  return headers.get('content-type')?.toLowerCase().startsWith('text/event-stream') === true;
}

/** Whether a response without its request may be one of an AI endpoint: only such bodies are kept. */
export function mayBeAiResponse(headers: HeaderFields): boolean {
  return isEventStream(headers) || isJsonType(headers.get('content-type'));
}

function readStreamed(response: HttpResponse, api: AiApi | undefined, maxDecodedBytes: number): ReadResponse {
  const { api: found, parts, firstContentUs, reasons } = readEventStream(response, api, maxDecodedBytes);
  // a stream that said its last word is whole, also when the connection ended before the last chunk did
  const whole = parts !== undefined && (parts.whole || parts.error !== undefined) && reasons.length === 0;
  const unbroken = response.end === 'complete' && (response.body?.gaps.length ?? 0) === 0;
  const ended = unbroken && !whole && reasons.length === 0;
  const unread = ended ? ['ended_early'] : reasons;
  return { api: found, streaming: true, parts, error: parts?.error, firstContentUs, whole, reasons: unread };
}

function readPlain(response: HttpResponse, api: AiApi | undefined, maxDecodedBytes: number): ReadResponse {
  const { json, text, whole, reasons } = readJsonBody(response, maxDecodedBytes);
  const found = api ?? (isRecord(json) ? recogniseResponseBody(json) : undefined);
  const failed = response.head.status >= 300;
  const base = { api: found, streaming: false, firstContentUs: undefined };
  if (failed) {
    const error = readError(json, true) ?? statusError(response.head.status, isRecord(json) ? '' : text);
    // an error page need not be JSON to be read whole
    const others = reasons.filter((reason) => reason !== 'malformed_json' && reason !== 'no_body');
    const complete = response.end === 'complete' && others.length === 0;
    return { ...base, parts: undefined, error, whole: complete, reasons: others };
  }
  const parts = found === undefined || !isRecord(json) ? undefined : decoders[found].readResponse(json);
  const complete = whole && parts !== undefined && (parts.whole || parts.error !== undefined);
  const unread = whole && !complete ? [...reasons, 'malformed_json'] : reasons;
  return { ...base, parts, error: parts?.error, whole: complete, reasons: unread };
}

/** Reads the body of a response. `api` is that of its request, undefined when that was not seen. Never throws. */
export function readResponse(
  response: HttpResponse,
  api: AiApi | undefined,
  maxDecodedBytes: number,
): ReadResponse {
  const streamed = isEventStream(response.head.headers) && response.head.status < 300;
  return streamed ? readStreamed(response, api, maxDecodedBytes) : readPlain(response, api, maxDecodedBytes);
}

/** Headers in which providers name the exchange: OpenAI, Anthropic, Azure, Amazon. */
const requestIdHeaders = ['x-request-id', 'request-id', 'apim-request-id', 'x-amzn-requestid'] as const;

export interface ResponseOrigin {
  readonly api: AiApi;
  readonly endpoint: Endpoint;
  /** Undefined when the request was not seen: then there is no latency. */
  readonly requestEndUs: number | undefined;
}

/** The payload of a response event. */
export function responseFields(
  response: HttpResponse,
  read: ReadResponse,
  { api, endpoint, requestEndUs }: ResponseOrigin,
): AiResponseFields {
  const { parts, error, firstContentUs } = read;
  const { status, headers } = response.head;
  const toolCalls = parts?.toolCalls ?? [];
  const model = parts?.model;
  return compact<AiResponseFields>({
    provider_request_id: requestIdHeaders
      .map((name) => headers.get(name))
      .find((value) => value !== undefined),
    provider: describeProvider(endpoint),
    api,
    model: model === undefined || model === '' ? undefined : { id: model },
    status_code: status,
    success: status >= 200 && status < 300 && error === undefined,
    streaming: read.streaming,
    error,
    choices: parts?.choices ?? [],
    tool_calls: toolCalls,
    tool_calls_count: toolCalls.length,
    usage: parts?.usage,
    latency_ms: requestEndUs === undefined ? undefined : Math.max(0, response.endUs - requestEndUs) / 1000,
    time_to_first_token_ms:
      requestEndUs === undefined || firstContentUs === undefined
        ? undefined
        : Math.max(0, firstContentUs - requestEndUs) / 1000,
    finish_reason: error === undefined ? parts?.finishReason : 'error',
    size_bytes: response.bodyBytes,
  });
}
