import type { Completeness, Confidence } from '../event/types.ts';
import type { CloseReason } from '../protocol/common/types.ts';
import type { HttpExchange } from '../protocol/http1/exchange.ts';
import { hasConflictingFraming } from '../protocol/http1/framing.ts';
import type { HttpMessage } from '../protocol/http1/types.ts';
import type { DetectionMethod } from './recognise.ts';

export interface Evidence {
  readonly exchange: HttpExchange<unknown>;
  readonly message: HttpMessage;
  /** How the connection ended while the message was open. */
  readonly closed: CloseReason | undefined;
  /** Everything the message says was read. */
  readonly whole: boolean;
  /** Something of its content was read. */
  readonly hasContent: boolean;
  readonly readReasons: readonly string[];
  readonly detection: DetectionMethod;
}

function listReasons({ exchange, message, closed, whole, readReasons }: Evidence): string[] {
  const reasons = ['tls_boundary_capture'];
  if (message.lostBytes > 0 || message.end === 'gap' || (message.body?.gaps.length ?? 0) > 0)
    reasons.push('stream_gap');
  if (message.end === 'closed' && !whole) reasons.push(closed ?? 'connection_closed');
  if (message.end === 'invalid') reasons.push('malformed_http');
  if (hasConflictingFraming(message.head.headers)) reasons.push('conflicting_framing');
  if (message.resumed || exchange.request === undefined) {
    if (exchange.attachedMidStream) reasons.push('attached_mid_stream');
    else if (message.resumed) reasons.push('resumed_after_gap');
  }
  if (exchange.pairedAfterGap && message.head.kind === 'response') reasons.push('paired_after_gap');
  return [...reasons, ...readReasons];
}

/** States how far a message can be trusted: `full` and `high` only when nothing is known or suspected to be missing. */
export function judge(evidence: Evidence): Confidence {
  const { exchange, message, whole, hasContent, detection } = evidence;
  const listed = listReasons(evidence);
  const missing: string[] = [];
  if (message.lostBytes > 0) missing.push(`bytes_lost:${message.lostBytes}`);
  if (exchange.request === undefined) missing.push('request_not_seen');
  const completeness: Completeness = whole ? 'full' : hasContent ? 'partial' : 'metadata_only';
  const unbroken =
    !listed.includes('stream_gap') && !listed.includes('resumed_after_gap') && !exchange.pairedAfterGap;
  const certain = completeness === 'full' && detection === 'known_endpoint' && unbroken;
  const level = certain
    ? 'high'
    : completeness === 'metadata_only' || exchange.pairedAfterGap
      ? 'low'
      : 'medium';
  return {
    level,
    completeness,
    reasons: [...new Set(listed)],
    ...(missing.length > 0 ? { missing } : {}),
    process_attribution: 'direct',
    content_source: completeness === 'metadata_only' ? 'none' : 'tls_boundary',
    ai_detection_method: detection,
  };
}
