/**
 * What an error that nobody caught says outside the engine: its class, its code and where it arose. Not its message, which
 * may quote the traffic that was being handled, and a failure is logged and shown.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const { stack = '', message } = error;
  // a message may have lines that look like frames: the real ones come behind it
  const behind = stack.indexOf(message);
  const frames = behind < 0 ? [] : stack.slice(behind + message.length).match(/^\s+at .+$/gm);
  const frame = frames?.find((line) => line.includes('/packages/')) ?? frames?.[0];
  const place = frame?.trim().replace(/[^ (]*\/packages\//, 'packages/');
  return `${error.name}${code}${place === undefined ? '' : ` ${place}`}`;
}
