/** The engine's thread: one source, one pipeline, nothing shared with the owner but messages. */
import { readFileSync } from 'node:fs';
import { memoryUsage } from 'node:process';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { wireHash } from '@eyrie/bpf/wire';
import { createExchangeTracker } from '../ai/tracker.ts';
import { createEventPacker } from '../event/event-batch.ts';
import { noProc, systemProc } from '../enrich/procfs.ts';
import { createUserNames, noUsers } from '../enrich/users.ts';
import {
  createFixedClock,
  createWallClock,
  formatTime,
  systemClocks,
  type ClockOffsets,
} from '../host/clock.ts';
import { readBootId, readHostInfo } from '../host/host-info.ts';
import { createPipeline } from '../pipeline/pipeline.ts';
import type { Pipeline, PipelineDeps } from '../pipeline/types.ts';
import { TraceError, type TraceHeader } from '../trace/format.ts';
import { recordKtimeUs } from '../trace/record-header.ts';
import { readTrace, type TraceReader } from '../trace/reader.ts';
import { openKernelSource } from './kernel-source.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import { startReplay } from './replay-source.ts';
import { createIdleSource, type RecordSource } from './source.ts';
import type { EngineSettings, FromWorker, ReplaySource, ToWorker } from './types.ts';

const tickMs = 1_000;
/** Looking for targets reads /proc. */
const stateMs = 5_000;

function collectorVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && 'version' in value
    ? String(value.version)
    : 'unknown';
}

interface Started {
  readonly pipeline: Pipeline;
  readonly source: RecordSource;
}

type CommonDeps = Pick<
  PipelineDeps,
  'emit' | 'redaction' | 'collectorVersion' | 'now' | 'createExchangeTracker' | 'roles' | 'isAiHost'
>;

function commonDeps(settings: EngineSettings, outgoing: Outgoing): CommonDeps {
  const hosts = new Set(settings.aiHosts);
  return {
    emit: (events, ktimeUs) => outgoing.offer(events, ktimeUs),
    redaction: settings.redaction,
    collectorVersion: collectorVersion(),
    now: Date.now,
    createExchangeTracker,
    ...(settings.roles === undefined ? {} : { roles: settings.roles }),
    ...(hosts.size === 0 ? {} : { isAiHost: (host: string) => hosts.has(host) }),
  };
}

function startKernel(settings: EngineSettings, outgoing: Outgoing, onTarget: () => void): Started {
  const host = readHostInfo();
  const bootId = readBootId();
  const clock = createWallClock(systemClocks);
  const common = commonDeps(settings, outgoing);
  const pipeline = createPipeline({
    ...common,
    host,
    bootId,
    clock,
    proc: systemProc,
    users: createUserNames('/etc/passwd', Date.now),
    replayed: false,
    running: settings.scope.mode === 'everything' ? 'all' : 'referenced',
  });
  const traceHeader: TraceHeader = {
    wireHash,
    bootId,
    host,
    clock: clock.offsets,
    startedAt: formatTime(Date.now() * 1000),
    collectorVersion: common.collectorVersion,
  };
  const push = (bytes: Uint8Array): void => pipeline.push(bytes);
  return { pipeline, source: openKernelSource({ settings, traceHeader, push, onTarget }) };
}

/** The recorded machine's offsets, or those that make the first record happen now. */
function replayClock(source: ReplaySource, recorded: ClockOffsets): ClockOffsets {
  if (source.shiftToNow !== true) return recorded;
  const probe = readTrace(source.replay);
  const first = probe.next();
  probe.close();
  if (first === undefined) return recorded;
  const shift = Date.now() * 1000 - (recordKtimeUs(first, 0) + recorded.monotonicUs);
  return { monotonicUs: recorded.monotonicUs + shift, boottimeUs: recorded.boottimeUs + shift };
}

function startTrace(
  settings: EngineSettings,
  replay: ReplaySource,
  outgoing: Outgoing,
  onEnd: () => void,
): Started {
  let trace: TraceReader | undefined;
  let failure: TraceError | undefined;
  try {
    trace = readTrace(replay.replay);
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    failure = error;
  }
  const header = trace?.header;
  const pipeline = createPipeline({
    ...commonDeps(settings, outgoing),
    host: header?.host ?? readHostInfo(),
    bootId: header?.bootId ?? readBootId(),
    clock: createFixedClock(
      header === undefined ? { monotonicUs: 0, boottimeUs: 0 } : replayClock(replay, header.clock),
    ),
    proc: noProc,
    users: noUsers,
    replayed: true,
  });
  if (trace === undefined) {
    return {
      pipeline,
      source: createIdleSource(failure?.code ?? 'TRACE_UNREADABLE', failure?.message ?? ''),
    };
  }
  const end = (): void => {
    pipeline.flush();
    onEnd();
  };
  const push = (bytes: Uint8Array): void => pipeline.push(bytes);
  const room = (): Promise<void> => outgoing.room();
  return { pipeline, source: startReplay({ source: replay, trace, push, room, onEnd: end }) };
}

/** Runs until it is told to close. */
function run(port: MessagePort, settings: EngineSettings): void {
  const send = (message: FromWorker): void => port.postMessage(message);
  const pack = createEventPacker();
  const outgoing = createOutgoing((events, ktimeUs) =>
    send({ kind: 'events', batch: pack(events), ktimeUs }),
  );
  let stateTimer: NodeJS.Timeout | undefined;
  // targets are found in bursts: one message for all of them
  const stateSoon = (): void => {
    stateTimer ??= setTimeout(() => {
      stateTimer = undefined;
      sendState();
    }, 200);
  };
  const started =
    settings.source === 'kernel'
      ? startKernel(settings, outgoing, stateSoon)
      : startTrace(settings, settings.source, outgoing, stateSoon);
  const { pipeline, source } = started;

  let lastState = '';
  const sendState = (): void => {
    const replay = source.replayStatus();
    const state = {
      ready: source.ready,
      ...(source.code === undefined ? {} : { code: source.code }),
      reasons: source.reasons(),
      families: source.families(),
      targets: source.targets(),
      ...(replay === undefined ? {} : { replay }),
    };
    const text = JSON.stringify(state);
    if (text === lastState) return;
    lastState = text;
    send({ kind: 'state', state });
  };
  const sendStats = (): void => {
    const sensor = source.sensorStats();
    const trace = source.traceStats();
    send({
      kind: 'stats',
      stats: {
        pipeline: pipeline.stats(),
        ...(sensor === undefined ? {} : { sensor }),
        ...(trace === undefined ? {} : { trace }),
        beforeScope: source.beforeScope(),
        receiverDropped: outgoing.dropped,
        heapUsedBytes: memoryUsage().heapUsed,
      },
    });
  };

  const ticker = setInterval(() => {
    pipeline.tick(source.nowUs());
    sendStats();
  }, tickMs);
  const stater = setInterval(sendState, stateMs);
  sendState();

  const reply = (id: number, step: () => void): void => {
    try {
      step();
      send({ kind: 'reply', id });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'ENGINE_FAILED';
      send({
        kind: 'reply',
        id,
        error: { code, message: error instanceof Error ? error.message : String(error) },
      });
    }
  };
  const close = async (): Promise<void> => {
    clearInterval(ticker);
    clearInterval(stater);
    clearTimeout(stateTimer);
    await source.close();
    pipeline.flush();
    sendStats();
    port.close();
  };

  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'ack':
        outgoing.acknowledge(message.events);
        break;
      case 'set_redaction':
        reply(message.id, () => pipeline.setRedaction(message.config));
        break;
      case 'set_scope':
        reply(message.id, () => source.setScope(message.scope));
        break;
      case 'close':
        void close();
        break;
    }
  });
}

if (parentPort !== null) {
  // written by startEngine on the other side of the same version
  // eslint-disable-next-line @typescript-eslint/no-unsafe-argument
  run(parentPort, workerData);
}
