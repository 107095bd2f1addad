import type {
  AiApi,
  AiRequestData,
  AiResponseData,
  FinishReason,
  Message,
  ToolCall,
  ToolDefinition,
  Usage,
} from '../event/types.ts';
import type { JsonRecord } from './json-read.ts';
import type { TextPart } from './text-part.ts';
import type { AiRequestMessage } from './types.ts';

/** What a request body says. */
export interface RequestParts {
  readonly model?: string;
  readonly streaming: boolean;
  readonly messages: readonly Message[];
  readonly hasSystemPrompt: boolean;
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice?: string;
  readonly parameters?: NonNullable<AiRequestData['parameters']>;
  readonly links?: AiRequestMessage['links'];
}

export type ResponseError = NonNullable<AiResponseData['error']>;

/** What a response body or stream says. */
export interface ResponseParts {
  readonly model?: string;
  readonly responseId?: string;
  readonly choices: AiResponseData['choices'];
  readonly toolCalls: readonly ToolCall[];
  readonly usage?: Usage;
  readonly finishReason?: FinishReason;
  readonly error?: ResponseError;
  /** The body says of itself that it is at its end, and nothing of what it said is missing. */
  readonly whole: boolean;
}

/** All that an event did: it appended this piece to this part. */
export interface Appended {
  readonly part: TextPart;
  readonly piece: string;
}

/** Joins the events of one streamed response. */
export interface StreamReader {
  /**
   * Takes the parsed data of an event; `type` is its event field. Says so when the event only appended a piece: the
   * next event that differs in the piece alone need not be parsed.
   */
  read(type: string, event: JsonRecord): Appended | undefined;
  /** May take an event before it is parsed, when it is likely that its data will be told again; then true. */
  takeUnparsed?(type: string, data: string): boolean;
  /** The `[DONE]` marker that ends streams of OpenAI's chat format. */
  done(): void;
  /** Something the model said has come: the moment of the first token. */
  readonly hasContent: boolean;
  /** Events are missing here. */
  gap(): void;
  /** Call once, when no more events come. */
  finish(): ResponseParts;
}

/** One API: how its bodies are recognised and read. No function throws. */
export interface ApiDecoder {
  readonly api: AiApi;
  /** Whether a body of unknown origin is a request of this API. Certain enough to keep it, so rather no than yes. */
  matchesRequest(body: JsonRecord): boolean;
  /** Whether a body of unknown origin is a response of this API. */
  matchesResponse(body: JsonRecord): boolean;
  /** Whether an event of unknown origin belongs to a stream of this API. */
  matchesEvent(event: JsonRecord): boolean;
  readRequest(body: JsonRecord): RequestParts;
  readResponse(body: JsonRecord): ResponseParts;
  openStream(): StreamReader;
}
