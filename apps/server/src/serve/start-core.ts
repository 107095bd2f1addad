import type { CaptureScope } from '@eyrie/bpf';
import type { RedactedEvent } from '@eyrie/engine';
import { builtInRules, compilePattern, type RedactionConfig } from '@eyrie/engine/redact';
import { CommandError, exitCodes } from '../cli/exit-codes.ts';
import { findLocalUid, toCaptureScope } from '../config/capture-scope.ts';
import type { Config } from '../config/schema.ts';
import { createBus, type Bus } from '../ingest/bus.ts';
import { createIngest, type Ingest } from '../ingest/create-ingest.ts';
import { sizeOfLiveEvent, type LiveEvent } from '../ingest/live-event.ts';
import type { Logger } from '../log/create-logger.ts';
import type { Metrics } from '../metrics/create-metrics.ts';
import { createPreviewer } from '../rules/previewer.ts';
import { createRuleService, type RuleService } from '../rules/rule-service.ts';
import type { Capture } from './capture.ts';
import { openStores, type Stores } from './open-stores.ts';

/** Begins to capture or to replay. Never rejects for lack of privileges: then the capture says what is missing. */
export type StartCapture = (options: {
  readonly config: Config['capture'];
  readonly scope: CaptureScope;
  readonly redaction: RedactionConfig;
  readonly log: Logger;
  /** `ktimeUs[n]`: CLOCK_MONOTONIC of the last kernel record of `events[n]`, microseconds. */
  onEvents(events: readonly RedactedEvent[], ktimeUs: readonly number[]): void;
}) => Promise<Capture>;

export interface CoreOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly startCapture: StartCapture;
}

/** Everything but the web: stores, rules, capture, and the way of events between them. */
export interface Core {
  readonly stores: Stores;
  readonly bus: Bus<LiveEvent>;
  readonly rules: RuleService;
  readonly ingest: Ingest;
  readonly capture: Capture;
  /** Makes the reloadable part of `config` count. With `ok: false` nothing changed. */
  apply(config: Config, previous: Config): Promise<{ ok: true } | { ok: false; message: string }>;
  /** Flushes capture into the store and closes all. Idempotent. */
  close(): Promise<void>;
}

/** Opens the stores, then starts capture. Throws `CommandError` for what the user can mend. */
export async function startCore({ config, log, metrics, startCapture }: CoreOptions): Promise<Core> {
  const scope = requireScope(config);
  const stores = await openStores(config.storage, log);
  const bus = createBus<LiveEvent>({ sizeOf: sizeOfLiveEvent });
  const ingest = createIngest({
    writer: stores.writer,
    reader: stores.reader,
    bus,
    log,
    observeStored: (...stored) => metrics.observeStored(...stored),
  });
  const previewer = createPreviewer();
  // Rules are read before there is an engine to give them to.
  const running: { capture?: Capture } = {};
  const rules = createRuleService({
    control: stores.control,
    file: config.redaction,
    builtInRules,
    checks: { compilePattern },
    applyRedaction: async (redaction) => running.capture?.setRedaction(redaction),
    preview: async (request) => previewer.preview(request),
  });
  const redaction = await rules.config();
  const started = await startCapture({
    config: config.capture,
    scope,
    redaction,
    log,
    onEvents: (...events) => ingest.accept(...events),
  });
  running.capture = started;
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    await previewer.close();
    await started.close();
    await ingest.settle();
    bus.close();
    await stores.close();
  }

  return {
    stores,
    bus,
    rules,
    ingest,
    capture: started,
    async apply(next, previous) {
      const nextScope = toCaptureScope(next.capture, findLocalUid);
      if (!nextScope.ok) return nextScope;
      const reloaded = await rules.reload(next.redaction);
      if (!reloaded.ok) return reloaded;
      try {
        await started.setScope(nextScope.scope);
      } catch (error) {
        await rules.reload(previous.redaction);
        log.error({ err: error }, 'the kernel refused the new scope');
        return { ok: false, message: 'the kernel refused the new capture scope; the log has the details' };
      }
      stores.writer.setRetention({
        maxAgeDays: next.storage.retention_days,
        maxBytes: next.storage.retention_bytes,
      });
      log.level = next.log.level;
      return { ok: true };
    },
    close: async () => (closing ??= closeAll()),
  };
}

/** The scope the configuration asks for, or a `CommandError` naming the user that does not exist. */
export function requireScope(config: Config): CaptureScope {
  const result = toCaptureScope(config.capture, findLocalUid);
  if (!result.ok) throw new CommandError(exitCodes.configuration, result.message);
  return result.scope;
}
