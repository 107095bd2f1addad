/** What the demonstration model decides, before it is put into the shape of one provider's API. */
export interface Reply {
  readonly thinking: string;
  readonly text: string;
  readonly toolCall: { readonly name: string; readonly argumentsJson: string } | undefined;
}

/** What the model is asked, after one provider's shape was taken off. */
export interface Ask {
  readonly lastUserText: string;
  readonly toolNames: readonly string[];
  /** The result of the tool that was called last, when the conversation ends with one. */
  readonly toolResult: string | undefined;
}

/**
 * A rule, not a language model: it calls the first tool it is offered, then says what came back. Enough to make a real
 * client run a real agent loop, and the same on every run.
 */
export function answer(ask: Ask): Reply {
  if (ask.toolResult !== undefined) {
    const lines = ask.toolResult.split('\n').filter((line) => line.trim() !== '');
    const first = lines[0] ?? '(nothing)';
    return {
      thinking: `The tool returned ${lines.length} lines. I can answer now.`,
      text: `Done — the tool answered with ${lines.length} lines. The first one reads: “${first.trim()}”. Is there anything else you’d like to know? ✅`,
      toolCall: undefined,
    };
  }
  const tool = ask.toolNames[0];
  if (tool !== undefined) {
    return {
      thinking: 'To answer this I should look at the machine first.',
      text: 'Let me look.',
      toolCall: { name: tool, argumentsJson: JSON.stringify(argumentsFor(tool)) },
    };
  }
  return {
    thinking: 'This needs no tool.',
    text: `You wrote ${ask.lastUserText.length} characters. eBPF lets a program watch a TLS library from the kernel: the text is read before it is encrypted, so no proxy and no change to the program is needed.`,
    toolCall: undefined,
  };
}

function argumentsFor(tool: string): Record<string, string> {
  if (tool === 'run_command') return { command: 'ls -l --sort=size', reason: 'largest files first' };
  if (tool === 'read_file') return { path: 'notes.txt' };
  return { query: 'eyrie' };
}

/** Cuts text into the pieces a stream sends: a few characters each, never inside a code point. */
export function pieces(text: string, length = 12): string[] {
  const points = Array.from(text);
  const result: string[] = [];
  for (let at = 0; at < points.length; at += length) result.push(points.slice(at, at + length).join(''));
  return result;
}

/** A stand-in for a tokeniser: four bytes a token, as rough as the usual estimate. */
export const countTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);
