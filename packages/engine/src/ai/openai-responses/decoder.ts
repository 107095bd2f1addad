import type { ApiDecoder } from '../api-decoder.ts';
import { readString } from '../json-read.ts';
import { matchesRequest, readRequest } from './request.ts';
import { matchesResponse, readResponse } from './response.ts';
import { openStream } from './stream.ts';

/** OpenAI Responses. */
export const openaiResponses: ApiDecoder = {
  api: 'openai.responses',
  matchesRequest,
  matchesResponse,
  matchesEvent: (event) => readString(event, 'type')?.startsWith('response.') === true,
  readRequest,
  readResponse,
  openStream,
};
