export { EngineError, type EngineErrorCode, type EngineErrorFacts } from './errors.ts';
export { attachModes, type AttachMode, type FamilyName, type FamilyStatus } from './families.ts';
export { probePlatform, type PlatformReport } from './platform/probe-platform.ts';
export {
  readRunningProcesses,
  readRunningProcessRecords,
  type RunningProcesses,
} from './running-processes.ts';
export { everything, type CaptureScope, type ScopeSelection } from './scope/types.ts';
export { openSensor, type Sensor, type SensorStats } from './sensor.ts';
export type { RecordBatch, SensorOptions } from './sensor-options.ts';
export type { TlsTarget } from './targets/target-registry.ts';
export type { TlsLibrary, TlsProbe } from './targets/tls-functions.ts';
