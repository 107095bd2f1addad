/**
 * What an error that nobody caught says outside the engine: its class, its code and where it arose. Not its message, which
 * may quote the traffic that was being handled, and a failure is logged and shown.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const { stack = '', message } = error;
  // a message may have lines that look like frames: they begin behind it
  const behind = stack.indexOf(message);
  const frame = behind < 0 ? undefined : /^\n\s+at ([^\n]+)/.exec(stack.slice(behind + message.length))?.[1];
  const place = frame?.replace(/[^ (]*\/packages\//, 'packages/');
  return `${error.name}${code}${place === undefined ? '' : ` at ${place}`}`;
}
