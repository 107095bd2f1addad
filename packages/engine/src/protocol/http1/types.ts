import type { BodyBuffer } from '../common/body-buffer.ts';

/** Lower-case names; repeated fields are joined with a comma (RFC 9110 5.3), Content-Length excepted: see `framing.ts`. */
export type HeaderFields = ReadonlyMap<string, string>;

export interface RequestHead {
  readonly kind: 'request';
  readonly method: string;
  readonly target: string;
  readonly minorVersion: 0 | 1;
  readonly headers: HeaderFields;
}

export interface ResponseHead {
  readonly kind: 'response';
  readonly status: number;
  readonly minorVersion: 0 | 1;
  readonly headers: HeaderFields;
}

export type MessageHead = RequestHead | ResponseHead;
export type MessageKind = MessageHead['kind'];

/** How the end of a body is found (RFC 9112 6.3). */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until_close' }
  | { readonly kind: 'invalid' };

/** `complete`: to its last byte. `gap`: its end was lost. `closed`: the stream ended first. `invalid`: broken framing. */
type MessageEnd = 'open' | 'complete' | 'gap' | 'closed' | 'invalid';

/** One message while it is read and after. Mutable by the parser only. */
export interface HttpMessage {
  readonly head: MessageHead;
  /** False when bytes of the head were lost: then only the fields before the loss are there. */
  readonly headComplete: boolean;
  /** The first message that was found in this direction after a loss. */
  readonly resumed: boolean;
  readonly startUs: number;
  readonly position: number;
  readonly tid: number;
  endUs: number;
  framing: BodyFraming['kind'];
  /** Present when somebody wants the body. */
  body: BodyBuffer | undefined;
  /** Bytes of the body that were seen, kept or not, without chunk framing. */
  bodyBytes: number;
  /** Bytes of the message the kernel could not send, where their number is known. */
  lostBytes: number;
  end: MessageEnd;
}

/** What a parser tells about one direction. */
export interface MessageSink {
  /** A head was read: sets `message.body` when the body is wanted and says how the body ends. */
  head(message: HttpMessage): BodyFraming | 'stop';
  end(message: HttpMessage): void;
  /** The connection speaks HTTP/2; whoever is told stops the parser. */
  http2(): void;
  /** Bytes that belong to no message that is read. */
  skipped(bytes: number): void;
  /** From here an unknown number of messages may be missing in this direction. */
  lostSync(): void;
}
