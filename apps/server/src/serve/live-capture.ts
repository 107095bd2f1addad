import {
  startEngine,
  type EngineSource,
  type EngineState,
  type RedactedEvent,
  type TraceStats,
} from '@eyrie/engine';
import { exitCodes } from '../cli/exit-codes.ts';
import type { CaptureTarget } from '../graphql/capture-status.ts';
import type { ReadinessProblem } from '../http/readiness.ts';
import type { Logger } from '../log/create-logger.ts';
import { describeEngineFailure, describeFamilyFailure, isFailureCode } from './capture-advice.ts';
import type { Capture, CaptureCounts } from './capture.ts';
import { toCaptureCounts } from './engine-counts.ts';
import { createIdleCapture } from './idle-capture.ts';
import type { StartCapture } from './start-core.ts';

/** Loading and attaching takes about a second; a loaded machine gets more. Afterwards the state just arrives later. */
const startMs = 20_000;

const nothing: CaptureCounts = { bytes: 0, dropped: [], stages: [], rings: [], connections: 0 };

/** Captures this kernel. Resolves when the engine runs, or has said why it does not. */
export const startLiveCapture: StartCapture = async (options) => {
  const { process: wantsProcess, tls: wantsTls } = options.config;
  if (!wantsProcess && !wantsTls) {
    const problem = 'Nothing is captured: capture.process and capture.tls are both off.';
    return createIdleCapture([
      { part: 'capture', problem, fix: 'Switch one of them on in the configuration.' },
    ]);
  }
  return startEngineCapture('kernel', options);
};

/** How a replay came to its end. */
export interface ReplayEnd {
  readonly exitCode: number;
  /** Why the trace could not be read to its end. */
  readonly problem?: string;
}

/** What a running engine tells beyond `Capture`. */
export interface EngineCapture extends Capture {
  state(): EngineState;
  /** Of the file the raw records go to; undefined when there is none. */
  traceStats(): TraceStats | undefined;
  /** Resolves when a replay is at its end, or can't go on. */
  finished(): Promise<ReplayEnd>;
}

/** Starts the engine on `source`; `traceOutput` also writes the raw records into that new file. */
export async function startEngineCapture(
  source: EngineSource,
  options: Parameters<StartCapture>[0],
  traceOutput?: string,
): Promise<EngineCapture> {
  const { config, log } = options;
  const known = Promise.withResolvers<EngineState>();
  const finished = Promise.withResolvers<ReplayEnd>();
  let leftOut = 0;
  let wasReady = false;

  /** A family that is switched off is not asked for; the kernel part has no switch for one alone. */
  const isWanted = (event: RedactedEvent): boolean =>
    event.event_type.startsWith('process.') ? config.process : config.tls;

  const engine = startEngine({
    source,
    scope: options.scope,
    redaction: options.redaction,
    sensor: { ringBytes: config.ring_bytes, handoffBytes: config.handoff_bytes },
    ...(traceOutput === undefined ? {} : { traceOutput }),
    onEvents(events, ktimeUs) {
      if (config.process && config.tls) {
        options.onEvents(events, ktimeUs);
        return;
      }
      const wanted = events.map(isWanted);
      leftOut += wanted.filter((keep) => !keep).length;
      options.onEvents(
        events.filter((_, index) => wanted[index]),
        ktimeUs.filter((_, index) => wanted[index]),
      );
    },
    onState(state) {
      logState(log, state, wasReady);
      wasReady = state.ready;
      if (state.code !== 'ENGINE_STARTING') known.resolve(state);
      const end = source === 'kernel' ? undefined : findReplayEnd(state);
      if (end !== undefined) finished.resolve(end);
    },
  });
  const timer = setTimeout(() => known.resolve(engine.state()), startMs);
  await known.promise;
  clearTimeout(timer);

  return {
    state: () => engine.state(),
    traceStats: () => engine.stats()?.trace,
    finished: async () => finished.promise,
    families: () => engine.state().families,
    targets: () => engine.state().targets.map(toCaptureTarget),
    problems: () => problemsOf(source, engine.state()),
    counts() {
      const stats = engine.stats();
      const counts = stats === undefined ? nothing : toCaptureCounts(stats);
      if (leftOut === 0) return counts;
      const drop = { stage: 'engine', reason: 'switched_off', total: leftOut, isIntended: true };
      return { ...counts, dropped: [...counts.dropped, drop] };
    },
    setRedaction: async (redaction) => engine.setRedaction(redaction),
    setScope: async (scope) => engine.setScope(scope),
    close: async () => engine.close(),
  };
}

function findReplayEnd({ code, ready, reasons, replay }: EngineState): ReplayEnd | undefined {
  if (code === 'ENGINE_STARTING') return undefined;
  if (!ready) return { exitCode: exitCodes.storage, problem: reasons.join(' ') };
  if (replay?.finished !== true) return undefined;
  const problem = replay.error?.message;
  return problem === undefined ? { exitCode: exitCodes.ok } : { exitCode: exitCodes.storage, problem };
}

function problemsOf(source: EngineSource, state: EngineState): readonly ReadinessProblem[] {
  if (source !== 'kernel') return [replayProblem(state)];
  if (!state.ready) {
    const code = isFailureCode(state.code) ? state.code : 'UNKNOWN';
    return [describeEngineFailure(code, state.reasons.join(' '))];
  }
  return state.families
    .filter((family) => !family.active)
    .map(({ name, reason }) => describeFamilyFailure(name, reason));
}

/** A server that shows a recording must never be taken for one that watches this machine. */
function replayProblem(state: EngineState): ReadinessProblem {
  const problem = state.replay?.error?.message ?? (state.ready ? undefined : state.reasons.join(' '));
  if (problem !== undefined)
    return { part: 'replay', problem, fix: 'Record the trace again with "eyrie trace".' };
  return {
    part: 'capture',
    problem: 'This is a replay of a recorded trace; nothing of this machine is captured.',
    fix: 'Start "eyrie serve" to capture.',
  };
}

function toCaptureTarget(target: EngineState['targets'][number]): CaptureTarget {
  const { path, library, captured, reason, pids } = target;
  return { path, library, captured, reason, processCount: pids.length };
}

function logState(log: Logger, { ready, code, reasons, families }: EngineState, wasReady: boolean): void {
  if (code === 'ENGINE_STARTING' || code === 'ENGINE_CLOSED') return;
  if (ready && !wasReady)
    log.info({ families: families.filter((family) => family.active).map(({ name }) => name) }, 'capturing');
  if (!ready && wasReady) log.error({ code }, reasons.join(' '));
}
