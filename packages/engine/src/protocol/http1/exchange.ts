import type { CloseReason } from '../common/types.ts';
import type { HttpMessage, RequestHead, ResponseHead } from './types.ts';

export interface HttpRequest extends HttpMessage {
  readonly head: RequestHead;
}

export interface HttpResponse extends HttpMessage {
  readonly head: ResponseHead;
}

/** One request and its response on one connection. `context` belongs to whoever handles the exchange. */
export interface HttpExchange<Context> {
  readonly id: number;
  /** Which end of the connection the captured process is: the client writes requests. */
  readonly role: 'client' | 'server';
  /** Undefined for a response whose request was not seen. */
  readonly request: HttpRequest | undefined;
  response: HttpResponse | undefined;
  /** The response was matched by order and time after a loss, not by an unbroken stream. */
  pairedAfterGap: boolean;
  /** The connection was open before its first captured byte. */
  readonly attachedMidStream: boolean;
  context: Context | undefined;
}

export type UnansweredReason = CloseReason | 'stream_gap' | 'protocol_changed' | 'limit';

export type HttpDropReason =
  'unsynchronised' | 'not_http' | 'http2' | 'upgraded' | 'invalid_http' | 'pairing_lost';

/** What is told about the exchanges of one connection; in this order for each exchange, whatever the order on the wire. */
export interface ExchangeHandler<Context> {
  /** Returns how many bytes of the body to keep; 0 for none. */
  requestHead(exchange: HttpExchange<Context>): number;
  requestEnd(exchange: HttpExchange<Context>, request: HttpRequest, closed: CloseReason | undefined): void;
  /** Returns how many bytes of the body to keep; 0 for none. */
  responseHead(exchange: HttpExchange<Context>, response: HttpResponse): number;
  responseEnd(exchange: HttpExchange<Context>, response: HttpResponse, closed: CloseReason | undefined): void;
  unanswered(exchange: HttpExchange<Context>, reason: UnansweredReason): void;
  drop(reason: HttpDropReason, count: number, bytes: number): void;
}
