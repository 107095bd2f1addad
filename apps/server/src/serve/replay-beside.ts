import type { Config } from '../config/schema.ts';
import type { Logger } from '../log/create-logger.ts';
import { startEngineCapture } from './live-capture.ts';
import type { ReplayAnswer } from './replay-socket.ts';
import { requireScope, type Core } from './start-core.ts';

/**
 * Sends a trace through an engine of its own, beside the one that captures, with the rules in force now and with its times moved to
 * now. Its events are stored and shown live like any others and say that they were replayed.
 */
export async function replayBeside(
  core: Core,
  config: Config,
  { file, log }: { readonly file: string; readonly log: Logger },
): Promise<ReplayAnswer> {
  let events = 0;
  log.info({ file }, 'replaying a trace');
  const engine = await startEngineCapture(
    { replay: file, shiftToNow: true },
    {
      // What is captured here is one thing, what was recorded there another: the whole recording is shown.
      config: { ...config.capture, process: true, tls: true },
      scope: requireScope(config),
      redaction: await core.rules.config(),
      log,
      onEvents(batch, ktimeUs) {
        events += batch.length;
        core.ingest.accept(batch, ktimeUs);
      },
    },
  );
  const end = await engine.finished();
  await engine.close();
  await core.ingest.settle();
  log.info({ file, events, problem: end.problem }, 'replayed');
  return end.problem === undefined ? { ok: true, events } : { ok: false, events, message: end.problem };
}
