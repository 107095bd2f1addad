import { resolve } from 'node:path';
import { openJsonlFile, type JsonlFile } from '../ingest/jsonl-file.ts';
import { createLogger } from '../log/create-logger.ts';
import { createMetrics } from '../metrics/create-metrics.ts';
import { toRedactionConfig } from '../serve/file-redaction.ts';
import { startEngineCapture, type EngineCapture, type ReplayEnd } from '../serve/live-capture.ts';
import { requireScope, startCore, type StartCapture } from '../serve/start-core.ts';
import { askForReplay } from '../serve/replay-socket.ts';
import { waitForStop, type StopRequest } from '../serve/stop.ts';
import { version } from '../version.ts';
import { requireConfig, sourcesOf, type CliContext, type ConfigOptions } from './context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { serveWith } from './serve.ts';

export interface ReplayOptions extends ConfigOptions {
  readonly output?: string | undefined;
  readonly serve?: boolean | undefined;
}

/**
 * `eyrie replay FILE`: into the store, or into a file of JSON lines, or into a serving dashboard. Throws `CommandError` when
 * the trace can't be read to its end; what came before is kept.
 */
export async function runReplay(file: string, options: ReplayOptions, context: CliContext): Promise<number> {
  if (options.serve === true && options.output !== undefined) {
    throw new CommandError(
      exitCodes.usage,
      '--serve and --output exclude each other: serve shows events, output writes them.',
    );
  }
  if (options.serve === true) {
    return serveWith(options, context, async (start) =>
      startEngineCapture({ replay: file, shiftToNow: true }, start),
    );
  }
  if (options.output !== undefined) {
    return replayIntoFile(file, options, { context, output: openJsonlFile(options.output) });
  }
  return (await replayByServer(file, options, context)) ?? replayIntoStore(file, options, context);
}

/** By the server that is running on the same storage; undefined when there is none. */
async function replayByServer(
  file: string,
  options: ReplayOptions,
  context: CliContext,
): Promise<number | undefined> {
  const { config } = requireConfig(sourcesOf(options, context));
  const answer = await askForReplay(config.storage.directory, resolve(file));
  if (answer === undefined) return undefined;
  context.printError(`${answer.events} events replayed by the running server; its pages show them.\n`);
  return finish(
    answer.ok ? { exitCode: exitCodes.ok } : { exitCode: exitCodes.storage, problem: answer.message },
  );
}

async function replayIntoStore(file: string, options: ReplayOptions, context: CliContext): Promise<number> {
  const { config } = requireConfig(sourcesOf(options, context));
  const log = createLogger(config.log.level, 2);
  let capture: EngineCapture | undefined;
  const startCapture: StartCapture = async (start) => {
    capture = await startEngineCapture({ replay: file }, start);
    return capture;
  };
  const core = await startCore({ config, log, metrics: createMetrics({ version }), startCapture });
  const stopped = waitForStop(context, log);
  try {
    const end = await Promise.race([
      stopped.then(toEnd),
      ...(capture === undefined ? [] : [capture.finished()]),
    ]);
    await core.close();
    const { stored, duplicates } = core.stores.writer.stats();
    context.printError(
      `${stored} events stored in ${config.storage.directory}, ${duplicates} were there already.\n`,
    );
    return finish(end);
  } finally {
    await core.close();
  }
}

async function replayIntoFile(
  file: string,
  options: ReplayOptions,
  { context, output }: { context: CliContext; output: JsonlFile },
): Promise<number> {
  const { config } = requireConfig(sourcesOf(options, context));
  const log = createLogger(config.log.level, 2);
  const failed = Promise.withResolvers<never>();
  const stopped = waitForStop(context, log);
  const capture = await startEngineCapture(
    { replay: file },
    {
      config: config.capture,
      scope: requireScope(config),
      redaction: toRedactionConfig(config),
      log,
      onEvents: (events) => {
        try {
          output.write(events);
        } catch (error) {
          failed.reject(error instanceof Error ? error : new Error(String(error)));
        }
      },
    },
  );
  try {
    const end = await Promise.race([stopped.then(toEnd), capture.finished(), failed.promise]);
    await Promise.race([capture.close(), failed.promise]);
    context.printError(`${output.count} events written.\n`);
    return finish(end);
  } finally {
    await capture.close();
    output.close();
  }
}

/** Being told to stop, in the form of the other way a replay ends. */
function toEnd({ exitCode }: StopRequest): ReplayEnd {
  return { exitCode };
}

/** The exit status; a trace that could not be read to its end is a failure that says where it stopped. */
function finish(end: ReplayEnd): number {
  if (end.problem !== undefined) throw new CommandError(exitCodes.storage, end.problem);
  return end.exitCode;
}
