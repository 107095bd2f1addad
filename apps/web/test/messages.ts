/** A message of the event model, as far as the fixtures use it. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly tool_call_id?: string;
  readonly content: readonly {
    readonly type: string;
    readonly text?: string;
    readonly [key: string]: unknown;
  }[];
}
