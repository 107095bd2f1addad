import type { ApiDecoder } from '../api-decoder.ts';
import { readString } from '../json-read.ts';
import { matchesRequest, readRequest } from './request.ts';
import { matchesResponse, readResponse } from './response.ts';
import { openStream } from './stream.ts';

/** OpenAI Chat Completions, which most other providers and local servers speak as well. */
export const openaiChat: ApiDecoder = {
  api: 'openai.chat_completions',
  matchesRequest,
  matchesResponse,
  matchesEvent: (event) => readString(event, 'object') === 'chat.completion.chunk',
  readRequest,
  readResponse,
  openStream,
};
