/** The part of a Node system error that callers decide on. */
export interface SystemError {
  readonly code: string;
  readonly message: string;
}

/** `error`, or the first of its causes that carries a string code (`EADDRINUSE`, `SQLITE_CORRUPT`); undefined when none does. */
export function findSystemError(error: unknown): SystemError | undefined {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth += 1
  ) {
    if ('code' in current && typeof current.code === 'string')
      return { code: current.code, message: current.message };
  }
  return undefined;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
