import type { Segment } from '../common/types.ts';
import type { HttpMessage, MessageHead } from './types.ts';

/** What is known of a message when its head was read. */
type MessageStart = Pick<HttpMessage, 'headComplete' | 'resumed' | 'startUs' | 'position' | 'tid' | 'endUs'>;

/** A message whose body has not begun; how it is framed and kept is set by who reads its head. */
export function openMessage(head: MessageHead, start: MessageStart): HttpMessage {
  return {
    head,
    headComplete: start.headComplete,
    resumed: start.resumed,
    startUs: start.startUs,
    position: start.position,
    tid: start.tid,
    endUs: start.endUs,
    framing: 'none',
    body: undefined,
    bodyBytes: 0,
    lostBytes: 0,
    end: 'open',
  };
}

/** Counts and keeps bytes of the body. */
export function keepData(message: HttpMessage, bytes: Uint8Array, from: number, to: number): void {
  message.bodyBytes += to - from;
  message.body?.append(bytes, from, to);
}

/** Notes when the bytes of this segment had arrived. */
export function touch(message: HttpMessage, segment: Segment): void {
  message.endUs = segment.endUs;
  message.body?.mark(segment.endUs);
}

/** Notes a hole in the body; `lostBytes` is 0 when its size is unknown. */
export function noteLoss(message: HttpMessage, lostBytes: number): void {
  message.lostBytes += lostBytes;
  message.body?.gap();
}
