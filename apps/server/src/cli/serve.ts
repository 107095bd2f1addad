import { fileURLToPath } from 'node:url';
import { createAuth } from '../auth/create-auth.ts';
import { createConfigHolder, type ConfigHolder, type ReloadReport } from '../config/reload.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { createGraphql } from '../graphql/index.ts';
import { createApp } from '../http/create-app.ts';
import { loadWebBuild, type WebBuild } from '../http/web-build.ts';
import { createLogger, type Logger } from '../log/create-logger.ts';
import { createMetrics } from '../metrics/create-metrics.ts';
import { announceSetup, withdrawSetup } from '../serve/announce-setup.ts';
import { listen, type Listener } from '../serve/listen.ts';
import { startLiveCapture } from '../serve/live-capture.ts';
import { replayBeside } from '../serve/replay-beside.ts';
import { openReplaySocket } from '../serve/replay-socket.ts';
import { createReporter } from '../serve/report.ts';
import { startCore, type Core, type StartCapture } from '../serve/start-core.ts';
import { waitForStop } from '../serve/stop.ts';
import { version } from '../version.ts';
import { requireConfig, sourcesOf, type CliContext, type ConfigOptions } from './context.ts';

const webDirectory = fileURLToPath(new URL('../../../web/build/', import.meta.url));
/** Answers under way may finish for so long after SIGTERM. */
const graceMs = 500;
const sweepMs = 3_600_000;

/** `eyrie serve`: runs until it is told to stop. */
export async function runServe(options: ConfigOptions, context: CliContext): Promise<number> {
  return serveWith(options, context, startLiveCapture);
}

/** Serves whatever `startCapture` yields: this kernel, or a trace. */
export async function serveWith(
  options: ConfigOptions,
  context: CliContext,
  startCapture: StartCapture,
): Promise<number> {
  const startedAt = new Date();
  const sources = sourcesOf(options, context);
  const { config, path } = requireConfig(sources);
  const log = createLogger(config.log.level);
  const stopped = waitForStop(context, log);
  log.info(
    { version, node: process.version, config: path ?? 'defaults', storage: config.storage.directory },
    'starting',
  );

  const metrics = createMetrics({ version });
  const core = await startCore({ config, log, metrics, startCapture });
  try {
    const holder = createConfigHolder({
      initial: config,
      sources,
      apply: async (...to) => core.apply(...to),
    });
    const auth = await createAuth({
      control: core.stores.control,
      sessions: {
        sessionDays: config.auth.session_days,
        secure: config.server.public_origin?.startsWith('https:') === true,
      },
      throttle: { attempts: config.auth.login_attempts, windowSeconds: config.auth.login_window_seconds },
      onSetUp: () => withdrawSetup(config.storage.directory),
    });
    const reporter = createReporter(core, {
      version,
      startedAt,
      countSessions: () => auth.countActiveSessions(),
    });
    metrics.attach(reporter.metricSources);
    const graphql = createGraphql({
      reader: core.stores.reader,
      control: core.stores.control,
      bus: core.bus,
      rules: core.rules,
      captureStatus: () => reporter.captureStatus(),
      log,
    });
    const app = createApp({
      version,
      startedAt,
      log,
      auth,
      graphql,
      reader: core.stores.reader,
      web: await loadDashboard(log),
      observeRequest: metrics.observeRequest,
      exposition: async () => metrics.exposition(),
      config: () => holder.current(),
      readiness: () => reporter.readiness(),
      status: async () => reporter.status(),
      reload: async (by) => reload(holder, core, log, by),
    });
    const listener = await listen(app, config.server);
    context.onReload(() => void reload(holder, core, log, { name: 'SIGHUP', ip: null }));
    const sweep = setInterval(() => void auth.sweep().catch(logSweepFailure(log)), sweepMs);
    announceStart({ config, listener, log, problems: reporter.readiness().problems });
    const token = await auth.issueSetupToken();
    if (token !== null)
      context.print(
        announceSetup(setupLink(config, listener, token), {
          directory: config.storage.directory,
          descriptor: 1,
        }),
      );

    const { directory } = config.storage;
    const replays = await openReplaySocket(directory, async (file) =>
      replayBeside(core, holder.current(), { file, log }),
    ).catch((error: unknown) => log.warn({ err: error }, '"eyrie replay" can not reach this server'));

    const { exitCode } = await stopped;
    clearInterval(sweep);
    await replays?.close();
    // Subscriptions end by themselves when the bus closes; new requests find nobody listening.
    core.bus.close();
    await listener.close(graceMs);
    await core.close();
    log.info({ stored: core.stores.writer.stats().stored }, 'stopped');
    return exitCode;
  } finally {
    await core.close();
  }
}

/** A build that can't be loaded costs the pages, not the capture. */
async function loadDashboard(log: Logger): Promise<WebBuild | null> {
  try {
    return await loadWebBuild(webDirectory);
  } catch (error) {
    log.error({ err: error }, 'the dashboard can not be loaded; run "npm run build -w @eyrie/web"');
    return null;
  }
}

function setupLink(config: Config, listener: Listener, token: string): string {
  const isWildcard = ['0.0.0.0', '::'].includes(config.server.host);
  const own = isWildcard ? `http://127.0.0.1:${listener.port}` : listener.origin;
  return `${config.server.public_origin ?? own}/setup?token=${token}`;
}

function announceStart(start: {
  readonly config: Config;
  readonly listener: Listener;
  readonly log: Logger;
  readonly problems: readonly { readonly problem: string; readonly fix: string }[];
}): void {
  const { config, listener, log } = start;
  for (const { problem, fix } of start.problems) log.warn(`${problem} ${fix}`);
  log.info({ address: listener.origin, public: config.server.public_origin }, 'serving');
}

/** Reloads, and says in the log and the audit log what came of it. */
async function reload(
  holder: ConfigHolder,
  core: Core,
  log: Logger,
  by: { readonly name: string; readonly ip: string | null },
): Promise<ReloadReport> {
  const report = await holder.reload();
  if (report.ok) {
    log.info(
      { applied: report.applied, need_restart: report.needRestart, by: by.name },
      'configuration reloaded',
    );
  } else {
    const problems = report.problems.map(formatProblem);
    log.error({ problems, by: by.name }, 'the new configuration has errors; the old one stays in force');
  }
  const after = report.ok
    ? { applied: report.applied, need_restart: report.needRestart }
    : { problems: report.problems.map(formatProblem) };
  const action = report.ok ? 'config.reload' : 'config.reload_failed';
  await core.stores.control
    .appendAudit({ actor: by, action, target: 'configuration', after })
    .catch((error: unknown) => {
      log.error({ err: error }, 'the reload is missing from the audit log');
    });
  return report;
}

function logSweepFailure(log: Logger): (error: unknown) => void {
  return (error) => log.error({ err: error }, 'ended sessions could not be deleted');
}
