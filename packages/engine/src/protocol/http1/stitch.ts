import { BodyBuffer } from '../common/body-buffer.ts';
import type { MemoryBudget } from '../common/memory-budget.ts';
import type { CloseReason, Direction, Segment } from '../common/types.ts';
import type {
  ExchangeHandler,
  HttpExchange,
  HttpRequest,
  HttpResponse,
  UnansweredReason,
} from './exchange.ts';
import { requestFraming, responseFraming } from './framing.ts';
import { maxPendingExchanges } from './limits.ts';
import { Http1Parser } from './parse.ts';
import type { BodyFraming, HttpMessage, MessageKind } from './types.ts';

export interface Http1ConnectionOptions<Context> {
  readonly handler: ExchangeHandler<Context>;
  readonly budget: MemoryBudget;
  nextExchangeId(): number;
}

interface Pending<Context> {
  readonly exchange: HttpExchange<Context>;
  request: 'open' | 'ended' | 'absent';
  response: 'none' | 'open' | 'ended';
}

function isRequest(message: HttpMessage): message is HttpRequest {
  return message.head.kind === 'request';
}

function isResponse(message: HttpMessage): message is HttpResponse {
  return message.head.kind === 'response';
}

/**
 * The exchanges of one connection. A response belongs to the oldest request without one (RFC 9112 9.3.2); which process
 * end was captured shows in the bytes: who writes requests is the client.
 */
export class Http1Connection<Context> {
  readonly #options: Http1ConnectionOptions<Context>;
  readonly #parsers: Record<Direction, Http1Parser>;
  readonly #pending: Pending<Context>[] = [];
  #requestDirection: Direction | undefined;
  #stopped: 'http2' | 'upgraded' | 'pairing_lost' | undefined;
  #pipelined = false;
  #requestsLost = false;
  #responsesLost = false;
  #closing: CloseReason | undefined;
  #attachedMidStream = false;

  constructor(options: Http1ConnectionOptions<Context>) {
    this.#options = options;
    this.#parsers = { read: this.#createParser('read'), write: this.#createParser('write') };
  }

  feed(direction: Direction, segment: Segment): void {
    if (this.#stopped !== undefined) this.#options.handler.drop(this.#stopped, 0, segment.bytes.length);
    else this.#parsers[direction].feed(segment);
  }

  /** `lostBytes` is 0 when unknown. */
  gap(direction: Direction, lostBytes: number): void {
    if (this.#stopped === undefined) this.#parsers[direction].gap(lostBytes);
  }

  /** Ends everything: open messages first, then the requests that got no answer. */
  close(reason: CloseReason): void {
    if (this.#stopped !== undefined) return;
    this.#closing = reason;
    const requests = this.#requestDirection ?? 'write';
    this.#parsers[requests].end(reason);
    this.#parsers[requests === 'write' ? 'read' : 'write'].end(reason);
    for (const entry of this.#pending.splice(0)) this.#options.handler.unanswered(entry.exchange, reason);
  }

  #createParser(direction: Direction): Http1Parser {
    return new Http1Parser({
      head: (message) => this.#head(direction, message),
      end: (message) => this.#end(message),
      http2: () => this.#stop('http2', 'protocol_changed'),
      skipped: (bytes) => this.#skipped(bytes),
      lostSync: () => this.#lostSync(direction),
    });
  }

  #skipped(bytes: number): void {
    const unread = this.#requestDirection === undefined ? 'not_http' : 'unsynchronised';
    this.#options.handler.drop(this.#stopped ?? unread, 0, bytes);
  }

  #lostSync(direction: Direction): void {
    if (this.#requestDirection === undefined) {
      this.#attachedMidStream = true;
      return;
    }
    if (direction === this.#requestDirection) this.#requestsLost = true;
    else this.#responsesLost = true;
  }

  #head(direction: Direction, message: HttpMessage): BodyFraming | 'stop' {
    this.#learnRole(direction, message.head.kind);
    if (isRequest(message)) return this.#requestHead(message);
    if (isResponse(message)) return this.#responseHead(message);
    return { kind: 'none' };
  }

  #learnRole(direction: Direction, kind: MessageKind): void {
    if (this.#requestDirection !== undefined) return;
    const opposite = direction === 'write' ? 'read' : 'write';
    this.#requestDirection = kind === 'request' ? direction : opposite;
    this.#parsers[direction].expect(kind);
    this.#parsers[opposite].expect(kind === 'request' ? 'response' : 'request');
  }

  #requestHead(request: HttpRequest): BodyFraming | 'stop' {
    if (this.#pending.length >= maxPendingExchanges) {
      this.#stop('pairing_lost', 'limit');
      return 'stop';
    }
    if (this.#pending.length === 0) this.#requestsLost = false;
    const exchange = this.#createExchange(request);
    this.#pending.push({ exchange, request: 'open', response: 'none' });
    const framing = requestFraming(request.head);
    this.#provideBody(request, framing, this.#options.handler.requestHead(exchange));
    return framing;
  }

  #responseHead(response: HttpResponse): BodyFraming | 'stop' {
    const { status } = response.head;
    // RFC 9110 15.2: an interim response; the final one follows. 101 changes the protocol (15.2.2).
    if (status < 200 && status !== 101) return { kind: 'none' };
    const entry = this.#partnerOf(response);
    if (entry === undefined) {
      this.#stop('pairing_lost', 'stream_gap');
      return 'stop';
    }
    const method = entry.exchange.request?.head.method;
    // RFC 9112 6.3 rule 2: a 2xx to CONNECT turns the connection into a tunnel
    if (status === 101 || (method === 'CONNECT' && status < 300)) {
      this.#stop('upgraded', 'protocol_changed');
      return 'stop';
    }
    entry.response = 'open';
    entry.exchange.response = response;
    if (entry.request === 'open') this.#parsers[this.#requestDirection ?? 'write'].allowMissingBody();
    const framing = responseFraming(response.head, method);
    this.#provideBody(response, framing, this.#options.handler.responseHead(entry.exchange, response));
    return framing;
  }

  /** The exchange a response belongs to, a new one when its request was not seen, undefined when it can't be known. */
  #partnerOf(response: HttpResponse): Pending<Context> | undefined {
    const afterLoss = this.#responsesLost;
    this.#responsesLost = false;
    const waiting = this.#pending.filter((entry) => entry.response === 'none');
    if (!afterLoss) this.#pipelined ||= waiting.length > 1;
    else if (waiting.length > 0) {
      if (this.#pipelined) return undefined;
      // Without pipelining the answer is to the last request. That is not certain when requests were lost as well, or when
      // several answers must have been lost at once: then it stays without its request.
      const last = this.#requestsLost || waiting.length > 2 ? undefined : waiting.at(-1);
      for (const entry of waiting) if (entry !== last) this.#abandon(entry, 'stream_gap');
      this.#requestsLost = false;
      if (last !== undefined) {
        last.exchange.pairedAfterGap = true;
        return last;
      }
    }
    const first = this.#pending.find((entry) => entry.response === 'none');
    if (first !== undefined) return first;
    const orphan = this.#createExchange(undefined);
    orphan.pairedAfterGap = afterLoss;
    orphan.response = response;
    const entry: Pending<Context> = { exchange: orphan, request: 'absent', response: 'none' };
    this.#pending.push(entry);
    return entry;
  }

  #createExchange(request: HttpRequest | undefined): HttpExchange<Context> {
    const id = this.#options.nextExchangeId();
    const attachedMidStream = this.#attachedMidStream;
    const role = this.#requestDirection === 'write' ? 'client' : 'server';
    return {
      id,
      role,
      request,
      response: undefined,
      pairedAfterGap: false,
      attachedMidStream,
      context: undefined,
    };
  }

  #provideBody(message: HttpMessage, framing: BodyFraming, keepBytes: number): void {
    if (keepBytes <= 0 || framing.kind === 'none' || framing.kind === 'invalid') return;
    message.body = new BodyBuffer(
      this.#options.budget,
      keepBytes,
      framing.kind === 'length' ? framing.bytes : 0,
    );
  }

  #end(message: HttpMessage): void {
    const entry = this.#pending.find(
      (candidate) => candidate.exchange.request === message || candidate.exchange.response === message,
    );
    if (message.end === 'invalid') this.#options.handler.drop('invalid_http', 1, 0);
    if (entry === undefined) return;
    const { handler } = this.#options;
    if (isRequest(message)) {
      entry.request = 'ended';
      handler.requestEnd(entry.exchange, message, this.#closing);
    } else {
      entry.response = 'ended';
    }
    this.#deliver(entry);
  }

  /** A response is handed on after its request, also when a server answered before it had read everything. */
  #deliver(entry: Pending<Context>): void {
    const { response } = entry.exchange;
    if (entry.request === 'open' || entry.response !== 'ended' || response === undefined) return;
    this.#pending.splice(this.#pending.indexOf(entry), 1);
    this.#options.handler.responseEnd(entry.exchange, response, this.#closing);
  }

  #abandon(entry: Pending<Context>, reason: UnansweredReason): void {
    const index = this.#pending.indexOf(entry);
    if (index >= 0) this.#pending.splice(index, 1);
    this.#release(entry);
    this.#options.handler.unanswered(entry.exchange, reason);
  }

  #release(entry: Pending<Context>): void {
    entry.exchange.request?.body?.release();
    entry.exchange.response?.body?.release();
  }

  #stop(reason: 'http2' | 'upgraded' | 'pairing_lost', unanswered: UnansweredReason): void {
    this.#stopped = reason;
    this.#parsers.read.stop();
    this.#parsers.write.stop();
    this.#options.handler.drop(reason, 1, 0);
    for (const entry of this.#pending.splice(0)) {
      this.#release(entry);
      this.#options.handler.unanswered(entry.exchange, unanswered);
    }
  }
}
