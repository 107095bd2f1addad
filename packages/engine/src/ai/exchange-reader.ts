import type { AiApi } from '../event/types.ts';
import type { CloseReason } from '../protocol/common/types.ts';
import type {
  ExchangeHandler,
  HttpDropReason,
  HttpExchange,
  HttpRequest,
  HttpResponse,
  UnansweredReason,
} from '../protocol/http1/exchange.ts';
import type { HttpMessage } from '../protocol/http1/types.ts';
import type { ConnectionFacts } from '../stream/assembler.ts';
import { mayBeAiRequest, readJsonBody, readableBytes } from './body-read.ts';
import { judge } from './confidence.ts';
import type { Evidence } from './confidence.ts';
import { isRecord } from './json-read.ts';
import { maxUnknownBodyBytes } from './limits.ts';
import { recogniseRequest, recogniseRequestBody } from './recognise.ts';
import type { DetectionMethod, Endpoint } from './recognise.ts';
import { requestFields } from './request-message.ts';
import { mayBeAiResponse, readResponse, responseFields } from './response-message.ts';
import type { ReadResponse } from './response-message.ts';
import type { AiRequestMessage, ExchangeTrackerOptions, MessageConnection, TrackerLimits } from './types.ts';
import type { TrackerCounts } from './tracker-counts.ts';

/** What is known of an exchange between its request and its response. */
export interface AiContext {
  state: 'no' | 'look' | 'ai' | 'emitted';
  api: AiApi | undefined;
  detection: DetectionMethod;
  readonly endpoint: Endpoint;
  /** Why the exchange is not kept, when it is not. */
  dropReason: 'not_ai' | 'unsupported_endpoint' | 'body_limit' | 'memory_limit';
}

export interface ExchangeReaderOptions {
  readonly tracker: ExchangeTrackerOptions;
  readonly limits: TrackerLimits;
  readonly counts: TrackerCounts;
  readonly facts: ConnectionFacts;
}

const unknownEndpoint: Endpoint = { host: undefined, path: '', provider: 'unknown' };

function contextOf(
  state: AiContext['state'],
  api: AiApi | undefined,
  endpoint: Endpoint,
  dropReason: AiContext['dropReason'],
): AiContext {
  return { state, api, endpoint, dropReason, detection: 'payload_inspection' };
}

/** Reads the HTTP exchanges of one connection as AI messages; others are counted and let go at their head. */
export class ExchangeReader implements ExchangeHandler<AiContext> {
  readonly #options: ExchangeReaderOptions;

  constructor(options: ExchangeReaderOptions) {
    this.#options = options;
  }

  requestHead(exchange: HttpExchange<AiContext>): number {
    const { counts, limits, tracker } = this.#options;
    counts.requests++;
    if (exchange.request === undefined) return 0;
    const found = recogniseRequest(exchange.request.head, (host) => tracker.isAiHost?.(host) === true);
    if (found.kind === 'no') {
      counts.drop(found.reason, 1, 0);
      exchange.context = contextOf('no', undefined, unknownEndpoint, found.reason);
      return 0;
    }
    const { api, endpoint } = found;
    const context = contextOf(found.kind, api, endpoint, 'not_ai');
    if (found.kind === 'ai') context.detection = found.detection;
    exchange.context = context;
    return api === undefined ? Math.min(maxUnknownBodyBytes, limits.maxBodyBytes) : limits.maxBodyBytes;
  }

  requestEnd(exchange: HttpExchange<AiContext>, request: HttpRequest, closed: CloseReason | undefined): void {
    const { context } = exchange;
    if (context?.state === 'ai' || context?.state === 'look')
      this.#readRequest(exchange, context, request, closed);
    else this.#options.counts.drop(context?.dropReason ?? 'not_ai', 0, request.bodyBytes);
    request.body?.release();
  }

  responseHead(exchange: HttpExchange<AiContext>, response: HttpResponse): number {
    const { counts, limits } = this.#options;
    counts.responses++;
    if (exchange.request === undefined)
      return mayBeAiResponse(response.head.headers) ? limits.maxBodyBytes : 0;
    return exchange.context === undefined || exchange.context.state === 'no' ? 0 : limits.maxBodyBytes;
  }

  responseEnd(
    exchange: HttpExchange<AiContext>,
    response: HttpResponse,
    closed: CloseReason | undefined,
  ): void {
    const { context, request } = exchange;
    if (request === undefined) this.#readOrphan(exchange, response, closed);
    else if (context?.state === 'emitted') {
      this.#emitResponse(
        exchange,
        response,
        closed,
        readResponse(response, context.api, this.#options.limits.maxDecodedBytes),
      );
    } else this.#options.counts.drop(context?.dropReason ?? 'not_ai', 0, response.bodyBytes);
    response.body?.release();
  }

  unanswered(exchange: HttpExchange<AiContext>, reason: UnansweredReason): void {
    const { context, request } = exchange;
    if (context?.state !== 'emitted' || request === undefined) return;
    this.#options.counts.unanswered++;
    this.#options.tracker.onUnanswered?.({
      kind: 'unanswered',
      exchangeId: exchange.id,
      connection: this.#connection(exchange, request, context.endpoint),
      reason,
      atUs: this.#options.facts.lastUs,
    });
  }

  drop(reason: HttpDropReason, count: number, bytes: number): void {
    this.#options.counts.drop(reason, count, bytes);
  }

  #readRequest(
    exchange: HttpExchange<AiContext>,
    context: AiContext,
    request: HttpRequest,
    closed: CloseReason | undefined,
  ): void {
    const { counts, limits, tracker } = this.#options;
    const { body } = request;
    const look = context.state === 'look';
    if (look && (body === undefined || !this.#mayBeAi(request))) {
      this.#letGo(context, request);
      return;
    }
    const read = readJsonBody(request, limits.maxDecodedBytes);
    const api = look
      ? isRecord(read.json)
        ? recogniseRequestBody(read.json, context.api)
        : undefined
      : context.api;
    if (api === undefined) {
      this.#letGo(context, request);
      return;
    }
    context.api = api;
    context.state = 'emitted';
    const { fields, parts } = requestFields(api, context.endpoint, request, read.json);
    const confidence = judge({
      exchange,
      message: request,
      closed,
      whole: read.whole && isRecord(read.json),
      hasContent: isRecord(read.json),
      readReasons: read.whole && !isRecord(read.json) ? ['malformed_json'] : read.reasons,
      detection: context.detection,
    });
    counts.emit('request', confidence.completeness);
    const message: AiRequestMessage = {
      kind: 'request',
      exchangeId: exchange.id,
      connection: this.#connection(exchange, request, context.endpoint),
      startUs: request.startUs,
      endUs: request.endUs,
      streamPosition: request.position,
      confidence,
      data: fields,
      links: parts.links ?? {},
    };
    tracker.onRequest(message);
  }

  #mayBeAi(request: HttpRequest): boolean {
    const { body } = request;
    return body !== undefined && mayBeAiRequest(readableBytes(request, body, maxUnknownBodyBytes).bytes);
  }

  #letGo(context: AiContext, request: HttpRequest): void {
    context.state = 'no';
    context.dropReason = request.body?.overflow ?? 'not_ai';
    this.#options.counts.drop(context.dropReason, 1, request.bodyBytes);
  }

  #readOrphan(
    exchange: HttpExchange<AiContext>,
    response: HttpResponse,
    closed: CloseReason | undefined,
  ): void {
    const read = readResponse(response, undefined, this.#options.limits.maxDecodedBytes);
    if (response.body === undefined || read.api === undefined) {
      this.#options.counts.drop('orphan_response', 1, response.bodyBytes);
      return;
    }
    exchange.context = contextOf('emitted', read.api, unknownEndpoint, 'not_ai');
    this.#emitResponse(exchange, response, closed, read);
  }

  #emitResponse(
    exchange: HttpExchange<AiContext>,
    response: HttpResponse,
    closed: CloseReason | undefined,
    read: ReadResponse,
  ): void {
    const { context } = exchange;
    if (context === undefined) return;
    const api = read.api ?? context.api;
    if (api === undefined) return;
    const { counts, tracker } = this.#options;
    const evidence: Evidence = {
      exchange,
      message: response,
      closed,
      whole: read.whole,
      hasContent: read.parts !== undefined || (read.error !== undefined && response.bodyBytes > 0),
      readReasons: read.reasons,
      detection: context.detection,
    };
    const confidence = judge(evidence);
    counts.emit('response', confidence.completeness);
    const responseId = read.parts?.responseId;
    tracker.onResponse({
      kind: 'response',
      exchangeId: exchange.id,
      connection: this.#connection(exchange, response, context.endpoint),
      startUs: response.startUs,
      endUs: response.endUs,
      streamPosition: response.position,
      confidence,
      data: responseFields(response, read, {
        api,
        endpoint: context.endpoint,
        requestEndUs: exchange.request?.endUs,
      }),
      requestSeen: exchange.request !== undefined,
      ...(responseId === undefined ? {} : { responseId }),
    });
  }

  #connection(
    exchange: HttpExchange<AiContext>,
    message: HttpMessage,
    endpoint: Endpoint,
  ): MessageConnection {
    const { facts } = this.#options;
    const { role } = exchange;
    const written = (role === 'client') === (message.head.kind === 'request');
    return {
      ...facts.identity,
      tid: message.tid,
      ...(facts.fd >= 0 ? { fd: facts.fd } : {}),
      uid: facts.uid,
      cgroupId: facts.cgroupId,
      role,
      capturePoint: written ? 'ssl_write' : 'ssl_read',
      ...(endpoint.host === undefined ? {} : { host: endpoint.host }),
    };
  }
}
