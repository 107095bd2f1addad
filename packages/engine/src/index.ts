/** The engine: from kernel records to redacted events. A raw event has no name here. */
export { eventText, processRowOf, type ProcessColumns, type ProcessEventRow } from './event/process-row.ts';
export type {
  Completeness,
  Confidence,
  EventType,
  HostInfo,
  ProcessInfo,
  ProcessRef,
  RedactedEvent,
  RedactionFinding,
  RedactionMode,
} from './event/types.ts';
export { createPipeline } from './pipeline/pipeline.ts';
export type { EmitEvents, Pipeline, PipelineDeps, PipelineStats } from './pipeline/types.ts';
export { builtInRules } from './redact/built-in-rules.ts';
export { defaultRedactionConfig, type CustomRuleConfig, type RedactionConfig } from './redact/config.ts';
export { compilePattern, type PatternResult } from './redact/custom-rule.ts';
export { previewRedaction, type RedactionPreview } from './redact/preview.ts';
export { RedactionConfigError } from './redact/rule-set.ts';
export { TraceError, type TraceErrorCode, type TraceHeader } from './trace/format.ts';
export { readTrace, type TraceReader } from './trace/reader.ts';
export { openTraceWriter, type TraceWriter } from './trace/writer.ts';
export {
  EngineRequestError,
  startEngine,
  type EngineHandle,
  type EngineOptions,
} from './worker/start-engine.ts';
export type {
  EngineSettings,
  EngineSource,
  EngineState,
  EngineStats,
  ReplaySource,
  ReplayStatus,
  TraceStats,
} from './worker/types.ts';
