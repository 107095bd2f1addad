/** Records of this kernel. */
import { EngineError, openSensor, readRunningProcesses, type RecordBatch, type Sensor } from '@eyrie/bpf';
import type { ProcessSeen } from '@eyrie/bpf/wire';
import { systemProc } from '../enrich/procfs.ts';
import { encodeProcessSeen } from '../trace/encode-seen.ts';
import { createSeenRecorder } from '../trace/seen-recorder.ts';
import { TraceError, type TraceHeader } from '../trace/format.ts';
import { openTraceWriter, type TraceWriter } from '../trace/writer.ts';
import { describeFailure } from './failure.ts';
import { createScopeGate } from './scope-gate.ts';
import { createIdleSource, type RecordSource } from './source.ts';
import type { EngineSettings } from './types.ts';

export interface KernelSourceDeps {
  readonly settings: EngineSettings;
  readonly traceHeader: TraceHeader;
  /** Takes records; the bytes are free when it returns. */
  readonly push: (bytes: Uint8Array) => void;
  /** A TLS target was found or changed. */
  readonly onTarget: () => void;
}

/** What the task iterator leaves out: path, directory and arguments are /proc's. */
function complete(record: ProcessSeen): ProcessSeen {
  if (record.path !== '' && record.args.length > 0) return record;
  const found = systemProc.readProcess(record.tgid);
  if (found === undefined) return record;
  return {
    ...record,
    path: record.path === '' ? (found.exe ?? '') : record.path,
    cwd: record.cwd === '' ? (found.cwd ?? '') : record.cwd,
    args: record.args.length > 0 ? record.args : found.args,
  };
}

function describe(error: unknown): { readonly code: string; readonly reason: string } {
  if (error instanceof EngineError || error instanceof TraceError)
    return { code: error.code, reason: error.message };
  return { code: 'ENGINE_FAILED', reason: describeFailure(error) };
}

function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

interface Recording {
  readonly path: string;
  readonly writer: TraceWriter;
}

function openRecording({ settings, traceHeader }: KernelSourceDeps): Recording | undefined {
  const path = settings.traceOutput;
  return path === undefined ? undefined : { path, writer: openTraceWriter(path, traceHeader) };
}

function reasonsOf(sensor: Sensor): readonly string[] {
  return sensor
    .families()
    .flatMap((family) => (family.active ? [] : [`${family.name}: ${family.reason ?? 'inactive'}`]));
}

/** Opens the sensor. Never throws: what stands in the way is the source's code and reason. */
export function openKernelSource(deps: KernelSourceDeps): RecordSource {
  let recording: Recording | undefined;
  let sensor: Sensor;
  let seen: ReturnType<typeof createSeenRecorder> | undefined;

  const take = (batch: RecordBatch): void => {
    try {
      const bytes = gate.admit(batch.bytes);
      if (recording !== undefined) {
        const before = seen?.before(bytes);
        if (before !== undefined) recording.writer.write(before);
        recording.writer.write(bytes);
      }
      deps.push(bytes);
    } finally {
      batch.release();
    }
  };

  try {
    recording = openRecording(deps);
    sensor = openSensor({
      ...deps.settings.sensor,
      scope: deps.settings.scope,
      onBatch: take,
      onTarget: deps.onTarget,
    });
  } catch (error) {
    recording?.writer.close();
    const { code, reason } = describe(error);
    return createIdleSource(code, reason);
  }

  // batches come with the event loop: the gate stands before the first of them
  const gate = createScopeGate(deps.settings.scope, monotonicUs());
  let problem: string | undefined;
  try {
    const running = readRunningProcesses().map(complete);
    if (recording !== undefined) seen = createSeenRecorder(running);
    // batches come with the event loop, so these are in the table before the first of them
    deps.push(Buffer.concat(running.map(encodeProcessSeen)));
  } catch (error) {
    problem = `processes that were running before are not known: ${describe(error).reason}`;
  }

  return {
    ready: true,
    reasons: () => [...(problem === undefined ? [] : [problem]), ...reasonsOf(sensor)],
    families: () => sensor.families(),
    targets: () => sensor.targets(),
    sensorStats: () => sensor.stats(),
    traceStats: () =>
      recording === undefined ? undefined : { path: recording.path, ...recording.writer.stats() },
    replayStatus: () => undefined,
    beforeScope: () => gate.dropped,
    nowUs: monotonicUs,
    setScope: (scope) => sensor.setScope(scope),
    async close() {
      await sensor.close();
      recording?.writer.close();
    },
  };
}
