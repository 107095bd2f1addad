/** Exit statuses, from sysexits.h where one fits, so that a service manager can tell what a restart would not cure. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  /** A mistyped command or option. */
  usage: 64,
  /** The port is taken or the address is not this machine's. */
  unavailable: 69,
  /** A database or output file can't be used. */
  storage: 74,
  /** The configuration has an error. */
  configuration: 78,
} as const;

/** A failure to tell the user in one message, without a stack: what happened and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
