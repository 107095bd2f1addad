import { existsSync } from 'node:fs';
import { createLogger } from '../log/create-logger.ts';
import { toRedactionConfig } from '../serve/file-redaction.ts';
import { startEngineCapture } from '../serve/live-capture.ts';
import { requireScope } from '../serve/start-core.ts';
import { waitForStop } from '../serve/stop.ts';
import { requireConfig, sourcesOf, type CliContext, type ConfigOptions } from './context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/**
 * `eyrie trace`: raw kernel records into a file of mode 0600 until it is told to stop. They are not redacted, which it says
 * first; events are made too, for the counts, and thrown away.
 */
export async function runTrace(
  options: ConfigOptions & { output: string },
  context: CliContext,
): Promise<number> {
  const { config } = requireConfig(sourcesOf(options, context));
  const scope = requireScope(config);
  // The engine refuses as well, atomically; this is for a clear message before anything is loaded.
  if (existsSync(options.output)) throw alreadyThere(options.output);
  const log = createLogger(config.log.level, 2);
  const stopped = waitForStop(context, log);
  let events = 0;
  const capture = await startEngineCapture(
    'kernel',
    {
      config: config.capture,
      scope,
      redaction: toRedactionConfig(config),
      log,
      onEvents: (batch) => void (events += batch.length),
    },
    options.output,
  );
  try {
    const { ready, code } = capture.state();
    if (code === 'TRACE_EXISTS') throw alreadyThere(options.output);
    const [problem] = capture.problems();
    if (!ready) throw new CommandError(exitCodes.failure, `${problem?.problem ?? ''} ${problem?.fix ?? ''}`);
    context.printError(
      `Recording raw kernel records into ${options.output}; stop with Ctrl-C.\n` +
        'They are NOT REDACTED: they hold prompts, keys and everything else the captured programs send. Share them with care.\n',
    );
    const { exitCode } = await stopped;
    await capture.close();
    const counts = capture.traceStats();
    if (counts?.failed !== undefined) {
      throw new CommandError(
        exitCodes.storage,
        `The trace is incomplete: writing failed with ${counts.failed}.`,
      );
    }
    context.printError(
      `${counts?.bytes ?? 0} bytes recorded, ${counts?.dropped ?? 0} batches lost; they make ${events} events.\n`,
    );
    return exitCode;
  } finally {
    await capture.close();
  }
}

function alreadyThere(path: string): CommandError {
  const message = `${path} exists already and is not overwritten. Choose another name, or remove it first.`;
  return new CommandError(exitCodes.storage, message);
}
