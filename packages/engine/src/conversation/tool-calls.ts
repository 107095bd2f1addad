/** Tool calls a model asked for and the results that went back, told once each though every request repeats the history. */
import type { ContentPart, Message, ToolCall } from '../event/types.ts';
import { LruMap } from '../cache/lru-map.ts';

interface OpenCall {
  readonly name: string;
  readonly type: ToolCall['type'];
  /** Event that reported the call. */
  readonly eventId: string;
}

export interface ToolResult {
  readonly callId: string;
  readonly call: OpenCall;
  readonly text: string;
  readonly isError: boolean;
}

export interface ToolCallTracker {
  /** Remembers a call under its id; a call without an id cannot be answered recognisably. */
  noteCall(execId: string, call: ToolCall, eventId: string): void;
  /** Results among new messages that answer a call not answered before. */
  takeResults(execId: string, added: readonly Message[]): readonly ToolResult[];
  stats(): { readonly open: number; readonly unknownResults: number; readonly forgotten: number };
}

/** Calls waiting for their result, of all processes together. */
const maxOpenCalls = 20_000;

interface Answer {
  readonly callId: string;
  readonly text: string;
  readonly isError: boolean;
}

function textOf(parts: readonly ContentPart[]): string {
  return parts
    .flatMap((part) => (part.type === 'text' || part.type === 'tool_result' ? [part.text] : []))
    .join('');
}

/** Results in their two forms: a message of the role `tool`, and parts of a user message. */
function answersIn(message: Message): readonly Answer[] {
  const parts = message.content.flatMap((part) =>
    part.type === 'tool_result' && part.id !== undefined
      ? [{ callId: part.id, text: part.text, isError: part.is_error === true }]
      : [],
  );
  if (parts.length > 0 || message.tool_call_id === undefined) return parts;
  return [{ callId: message.tool_call_id, text: textOf(message.content), isError: false }];
}

/** Creates the tracker of tool calls of all processes. */
export function createToolCallTracker(): ToolCallTracker {
  const open = new LruMap<string, OpenCall>(maxOpenCalls);
  let unknownResults = 0;
  return {
    noteCall(execId, call, eventId) {
      if (call.id !== undefined)
        open.set(`${execId} ${call.id}`, { name: call.name, type: call.type, eventId });
    },
    takeResults(execId, added) {
      const results: ToolResult[] = [];
      for (const answer of added.flatMap(answersIn)) {
        const key = `${execId} ${answer.callId}`;
        const call = open.get(key);
        if (call === undefined) {
          unknownResults += 1;
          continue;
        }
        open.delete(key);
        results.push({ ...answer, call });
      }
      return results;
    },
    stats: () => ({ open: open.size, unknownResults, forgotten: open.evicted }),
  };
}
