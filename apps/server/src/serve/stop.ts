import type { CliContext } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import type { Logger } from '../log/create-logger.ts';

/** Service managers and people expect an end within five seconds; a little of that is left for the process itself. */
const deadlineMs = 4_700;

export interface StopRequest {
  readonly exitCode: number;
}

/**
 * Resolves when the process is asked to stop, by signal or because an exception was not caught. From then on a timer ends
 * the process if cleaning up takes too long.
 */
export async function waitForStop(context: CliContext, log: Logger): Promise<StopRequest> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (exitCode: number): void => {
      if (stopping) return;
      stopping = true;
      setTimeout(() => {
        log.fatal(`stopping took longer than ${deadlineMs} ms; what was not stored by now is lost`);
        process.exit(exitCodes.failure);
      }, deadlineMs).unref();
      resolve({ exitCode });
    };
    context.onStop((signal) => {
      log.info({ signal }, 'stopping');
      stop(exitCodes.ok);
    });
    context.onFatal((error) => {
      log.fatal({ err: error }, 'an exception nobody caught; stopping');
      stop(exitCodes.failure);
    });
  });
}
