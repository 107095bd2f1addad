import { openJsonlFile } from '../ingest/jsonl-file.ts';
import { createLogger } from '../log/create-logger.ts';
import { startLiveCapture } from '../serve/live-capture.ts';
import { requireScope } from '../serve/start-core.ts';
import { toRedactionConfig } from '../serve/file-redaction.ts';
import { waitForStop } from '../serve/stop.ts';
import { requireConfig, sourcesOf, type CliContext, type ConfigOptions } from './context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/**
 * `eyrie record`: captures into a file until it is told to stop. Needs privileges: without them there would be nothing to
 * write, so that is an error. The log goes to standard error.
 */
export async function runRecord(
  options: ConfigOptions & { output: string },
  context: CliContext,
): Promise<number> {
  const { config } = requireConfig(sourcesOf(options, context));
  const scope = requireScope(config);
  const log = createLogger(config.log.level, 2);
  const file = openJsonlFile(options.output);
  const stopped = waitForStop(context, log);
  const failed = Promise.withResolvers<never>();
  const capture = await startLiveCapture({
    config: config.capture,
    scope,
    redaction: toRedactionConfig(config),
    log,
    onEvents: (events) => {
      try {
        file.write(events);
      } catch (error) {
        failed.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  try {
    const [problem] = capture.problems();
    if (problem !== undefined && !capture.families().some((family) => family.active)) {
      throw new CommandError(exitCodes.failure, `${problem.problem} ${problem.fix}`);
    }
    for (const { problem: what, fix } of capture.problems()) log.warn(`${what} ${fix}`);
    context.printError(`Recording redacted events into ${options.output}; stop with Ctrl-C.\n`);
    const { exitCode } = await Promise.race([stopped, failed.promise]);
    await Promise.race([capture.close(), failed.promise]);
    context.printError(`${file.count} events recorded.\n`);
    return exitCode;
  } finally {
    await capture.close();
    file.close();
  }
}
