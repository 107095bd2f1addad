import type { ApiDecoder } from '../api-decoder.ts';
import { readString } from '../json-read.ts';
import { matchesRequest, readRequest } from './request.ts';
import { matchesResponse, readResponse } from './response.ts';
import { openStream } from './stream.ts';

const eventTypes: ReadonlySet<string> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
]);

/** Anthropic Messages. */
export const anthropicMessages: ApiDecoder = {
  api: 'anthropic.messages',
  matchesRequest,
  matchesResponse,
  matchesEvent: (event) => eventTypes.has(readString(event, 'type') ?? ''),
  readRequest,
  readResponse,
  openStream,
};
