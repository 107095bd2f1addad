export { eventTypeCodes } from './event-input.ts';
export type { AiInput, Completeness, EventInput, EventType, ProcessInput } from './event-input.ts';
export { StoreError } from './store-error.ts';
export type { StoreErrorCode } from './store-error.ts';
export type {
  Edge,
  EventFilter,
  EventReader,
  Page,
  PageRequest,
  ProcessFilter,
  StoredConversation,
  StoredEvent,
  StoredEventWithPayload,
  StoredFacets,
  StoredProcess,
  StoreSize,
} from './reader/types.ts';
export type {
  CommitInfo,
  DropReason,
  EventWriter,
  RetentionCounts,
  RetentionLimits,
  WriterOptions,
  WriterState,
  WriterStats,
} from './writer/types.ts';
export type {
  Actor,
  AuditEntry,
  AuditInput,
  BuiltInRuleChange,
  BuiltInRuleState,
  FirstAdminCreation,
  LoginFailures,
  NewUser,
  RedactionRule,
  RedactionRuleInput,
  Role,
  RuleChange,
  Session,
  User,
  UserCreation,
} from './control/types.ts';
export type { ControlStore } from './control/store-types.ts';
export { openEventStore } from './open-event-store.ts';
export { startWriter } from './writer/start-writer.ts';
export { openEventReader } from './reader/open-event-reader.ts';
export { openControlStore } from './control/open-control-store.ts';
export { lockStorage } from './lock-storage.ts';
