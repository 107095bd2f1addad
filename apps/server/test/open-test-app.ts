import type { IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { createAuth, type Auth } from '../src/auth/create-auth.ts';
import { configSchema, type Config } from '../src/config/schema.ts';
import { createGraphql } from '../src/graphql/index.ts';
import type { AppEnv } from '../src/http/app-env.ts';
import { createApp } from '../src/http/create-app.ts';
import type { WebBuild } from '../src/http/web-build.ts';
import { createLogger } from '../src/log/create-logger.ts';
import { createMetrics } from '../src/metrics/create-metrics.ts';
import { createIdleCapture } from '../src/serve/idle-capture.ts';
import { createReporter } from '../src/serve/report.ts';
import { startCore, type Core } from '../src/serve/start-core.ts';

export interface TestApp {
  readonly app: Hono<AppEnv>;
  readonly auth: Auth;
  readonly core: Core;
  readonly directory: string;
  /** A request from `peer`, which is a client on this machine unless told otherwise. */
  request(path: string, init?: RequestInit, peer?: string): Promise<Response>;
  /** Makes the first administrator and returns the cookie of its session, as a Cookie header. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

export const admin = { name: 'ada', password: 'correct horse battery' };

/** The whole application over real stores in a directory of its own; nothing is captured. */
export async function openTestApp(settings: object = {}, web: WebBuild | null = null): Promise<TestApp> {
  const directory = mkdtempSync(join(tmpdir(), 'eyrie-app-'));
  const parsed = configSchema.parse({ log: { level: 'silent' }, ...settings });
  const config: Config = { ...parsed, storage: { ...parsed.storage, directory } };
  const log = createLogger(config.log.level);
  const metrics = createMetrics({ version: 'test' });
  const problems = [{ part: 'capture', problem: 'Nothing is captured.', fix: 'This is a test.' }];
  const core = await startCore({
    config,
    log,
    metrics,
    startCapture: async () => Promise.resolve(createIdleCapture(problems)),
  });
  const startedAt = new Date();
  const auth = await createAuth({
    control: core.stores.control,
    sessions: { sessionDays: 14, secure: config.server.public_origin?.startsWith('https:') === true },
    throttle: { attempts: config.auth.login_attempts, windowSeconds: config.auth.login_window_seconds },
  });
  const reporter = createReporter(core, {
    version: 'test',
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
    version: 'test',
    startedAt,
    log,
    auth,
    graphql,
    reader: core.stores.reader,
    web,
    observeRequest: metrics.observeRequest,
    exposition: async () => metrics.exposition(),
    config: () => config,
    readiness: () => reporter.readiness(),
    status: async () => reporter.status(),
    reload: async () => Promise.resolve({ ok: true, applied: [], needRestart: [] }),
  });
  const client = { address: '127.0.0.1', userAgent: null, sessionId: null };
  return {
    app,
    auth,
    core,
    directory,
    async request(path, init = {}, peer = '127.0.0.1') {
      const headers = new Headers(init.headers);
      if (!headers.has('host')) headers.set('host', '127.0.0.1:7777');
      return app.request(
        `http://127.0.0.1:7777${path}`,
        { ...init, headers },
        { incoming: { socket: { remoteAddress: peer } } as unknown as IncomingMessage },
      );
    },
    async signIn() {
      const token = await auth.issueSetupToken();
      if (token === null) throw new Error('already set up');
      const outcome = await auth.setup({ ...admin, token }, client);
      if (!outcome.ok) throw new Error(outcome.message);
      return `${outcome.cookie.name}=${outcome.cookie.value}`;
    },
    async close() {
      await core.close();
      rmSync(directory, { recursive: true });
    },
  };
}
