import type { ResponseError } from './api-decoder.ts';
import { withoutCutToken } from './cut-text.ts';
import { compact, isRecord, readNumber, readString } from './json-read.ts';
import type { JsonRecord } from './json-read.ts';

/** Characters kept of an error message; providers quote the offending request in theirs. */
const maxMessageChars = 4096;

function shorten(message: string): string {
  return message.length <= maxMessageChars ? message : withoutCutToken(message.slice(0, maxMessageChars));
}

function codeOf(record: JsonRecord): string | undefined {
  return readString(record, 'code') ?? readNumber(record, 'code')?.toString();
}

function errorOf(record: JsonRecord): ResponseError {
  const message = readString(record, 'message') ?? readString(record, 'detail') ?? '';
  return compact<ResponseError>({
    type: readString(record, 'type') ?? readString(record, 'status') ?? codeOf(record) ?? 'error',
    message: shorten(message),
    code: codeOf(record),
  });
}

/**
 * The error an API body reports, in the forms in use: `{"error":{"message","type","code"}}` of OpenAI and those who follow
 * it, the same with `"type":"error"` of Anthropic, `{"error":"text"}`, and `{"message"}` or `{"detail"}` alone, which is
 * taken for an error only when the status says so.
 */
export function readError(body: unknown, failed: boolean): ResponseError | undefined {
  if (!isRecord(body)) return undefined;
  const { error } = body;
  if (isRecord(error)) return errorOf(error);
  if (typeof error === 'string' && error !== '') return { type: 'error', message: shorten(error) };
  const plain = failed && (typeof body['message'] === 'string' || typeof body['detail'] === 'string');
  return plain || body['type'] === 'error' ? errorOf(body) : undefined;
}

/** The error of a response that failed without a body that says why: a proxy's page, or nothing. */
export function statusError(status: number, text: string): ResponseError {
  const message = shorten(text.trim());
  return { type: 'http_error', message: message === '' ? `HTTP ${status}` : message, code: String(status) };
}
