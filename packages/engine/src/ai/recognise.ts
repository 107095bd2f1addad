import type { AiApi, Confidence } from '../event/types.ts';
import type { RequestHead } from '../protocol/http1/types.ts';
import { anthropicMessages } from './anthropic-messages/decoder.ts';
import type { ApiDecoder } from './api-decoder.ts';
import type { JsonRecord } from './json-read.ts';
import { openaiChat } from './openai-chat/decoder.ts';
import { openaiResponses } from './openai-responses/decoder.ts';
import { findProvider } from './providers.ts';

export const decoders: Readonly<Record<AiApi, ApiDecoder>> = {
  'anthropic.messages': anthropicMessages,
  'openai.responses': openaiResponses,
  'openai.chat_completions': openaiChat,
};

/** Most particular first: a Messages body would pass for a chat body. */
const byShape: readonly ApiDecoder[] = [anthropicMessages, openaiResponses, openaiChat];

export interface Endpoint {
  /** Without port 443; absent when the request named none. */
  readonly host: string | undefined;
  /** Without query: keys are passed there. */
  readonly path: string;
  readonly provider: string;
}

export type DetectionMethod = NonNullable<Confidence['ai_detection_method']>;

/** What a request head says: an AI request, one whose body must be looked at, or none. */
export type Recognition =
  | {
      readonly kind: 'ai';
      readonly api: AiApi;
      readonly endpoint: Endpoint;
      readonly detection: DetectionMethod;
    }
  | { readonly kind: 'look'; readonly api: AiApi | undefined; readonly endpoint: Endpoint }
  | { readonly kind: 'no'; readonly reason: 'not_ai' | 'unsupported_endpoint' };

const paths: readonly (readonly [ending: string, api: AiApi])[] = [
  ['/chat/completions', 'openai.chat_completions'],
  ['/v1/messages', 'anthropic.messages'],
  ['/responses', 'openai.responses'],
];

function pathApi(path: string): AiApi | undefined {
  return paths.find(([ending]) => path.endsWith(ending))?.[1];
}

/** RFC 9112 3.2: origin-form, or absolute-form when the request goes through a proxy. */
function locate(head: RequestHead): { host: string | undefined; path: string } {
  let { target } = head;
  let host = head.headers.get('host')?.toLowerCase();
  const scheme = target.startsWith('/') ? -1 : target.indexOf('://');
  if (scheme > 0) {
    const slash = target.indexOf('/', scheme + 3);
    host = target.slice(scheme + 3, slash < 0 ? target.length : slash).toLowerCase();
    target = slash < 0 ? '/' : target.slice(slash);
  }
  const query = target.search(/[?#]/);
  const path = query < 0 ? target : target.slice(0, query);
  if (host?.endsWith(':443') === true) host = host.slice(0, -4);
  return {
    host: host === '' ? undefined : host,
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path,
  };
}

function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon > 0 && /^\d+$/.test(host.slice(colon + 1)) ? host.slice(0, colon) : host;
}

/** Whether a media type is JSON: `application/json`, `text/json`, or with the suffix `+json` (RFC 6839 3.1). */
export function isJsonType(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

/** Says from the head alone whether a request is worth keeping, so that other traffic is never buffered. */
export function recogniseRequest(head: RequestHead, isAiHost: (host: string) => boolean): Recognition {
  const { host, path } = locate(head);
  const name = host === undefined ? undefined : withoutPort(host);
  const provider = name === undefined ? undefined : findProvider(name);
  const configured = host !== undefined && name !== undefined && (isAiHost(host) || isAiHost(name));
  const api = pathApi(path);
  const endpoint: Endpoint = { host, path, provider: provider ?? host ?? 'unknown' };
  const contentType = head.headers.get('content-type');
  const known = provider !== undefined || configured;
  if (head.method !== 'POST') return { kind: 'no', reason: known ? 'unsupported_endpoint' : 'not_ai' };
  if (contentType !== undefined && !isJsonType(contentType)) {
    return { kind: 'no', reason: known ? 'unsupported_endpoint' : 'not_ai' };
  }
  if (known && api !== undefined) return { kind: 'ai', api, endpoint, detection: 'known_endpoint' };
  if (provider !== undefined) return { kind: 'no', reason: 'unsupported_endpoint' };
  if (api !== undefined) return { kind: 'look', api, endpoint };
  return contentType === undefined && !configured
    ? { kind: 'no', reason: 'not_ai' }
    : { kind: 'look', api, endpoint };
}

/** The API a request body is of; with a path that names one only that is asked for. */
export function recogniseRequestBody(body: JsonRecord, named: AiApi | undefined): AiApi | undefined {
  if (named !== undefined) {
    // the path of Responses and Messages is specific enough for less: a model, and input or messages
    const content =
      named === 'openai.responses' ? 'input' in body || 'prompt' in body : Array.isArray(body['messages']);
    return content && (typeof body['model'] === 'string' || named === 'openai.chat_completions')
      ? named
      : undefined;
  }
  return byShape.find((decoder) => decoder.matchesRequest(body))?.api;
}

/** The API a response body is of, when its request was not seen. */
export function recogniseResponseBody(body: JsonRecord): AiApi | undefined {
  return byShape.find((decoder) => decoder.matchesResponse(body))?.api;
}

/** The API an event belongs to, when the request of its stream was not seen. */
export function recogniseEvent(event: JsonRecord): AiApi | undefined {
  return byShape.find((decoder) => decoder.matchesEvent(event))?.api;
}
